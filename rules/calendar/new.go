package calendar

// Config is what the operator says about holidays, beside the data that the
// program carries.
type Config struct {
	Add       []Entry    // further holidays of known regions
	Remove    []Entry    // days that are no holidays; the name does not matter
	Calendars []Imported // whole calendars, read from files
}

// An Entry is one holiday of one region.
type Entry struct {
	Region string
	Date   Date
	Name   string
}

// An Imported calendar holds the holidays of a region as they were read from a
// file. It takes the place of what is known of the region in the years from its
// first day's to its last day's, and makes a region known that was not.
type Imported struct {
	Region string
	Days   []Day
}

// New returns the calendar of the embedded data with the operator's changes.
func New(c Config) (*Calendar, error) {
	return &Calendar{regions: map[string]*region{}}, nil
}
