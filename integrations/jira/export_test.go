package jira

// WikiMarkup is how a text goes out, for the tests of this folder.
var WikiMarkup = wikiMarkup
