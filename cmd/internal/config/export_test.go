package config

// Parse is parse, for the fuzz test.
var Parse = parse
