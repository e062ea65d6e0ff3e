package control

// Routes is what the server answers with, to be called without a socket; FaultOf
// is how the client reads an error.
var (
	Routes  = routes
	FaultOf = faultOf
)
