package clone

// Tests of the engine lay plans of their own.
var (
	LayPlan       = newPlan
	NewEngineWith = newEngine
)
