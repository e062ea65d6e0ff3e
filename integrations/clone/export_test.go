package clone

// Tests of the engine lay plans of their own.
var (
	LayPlan       = newPlan
	NewEngineWith = newEngine
)

// Claims returns how many runs the engine holds.
func (e *Engine) Claims() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.claims)
}
