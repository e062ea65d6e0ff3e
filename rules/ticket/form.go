package ticket

import "strings"

// A slot is what an answer is an answer to.
type slot int

// The slots. A note of the form asks nothing.
const (
	noSlot slot = iota
	sourceSlot
	targetSlot
	windowSlot
	preserveSlot
	pointSlot
	environmentSlot
	schemaWindowSlot // the windows of a schema update: the form that asks for it
	refreshNote      // a note of the refresh form
	schemaNote       // a note of the schema form
	otherSlot        // a label that asks for none of these
)

// formLines are the two forms of the desk's help center as clients paste them
// into a ticket. Nothing in them is ever an answer.
var formLines = []struct {
	slot slot
	text string
}{
	{sourceSlot, "What is the source environment/database name?"},
	{targetSlot, "What is the target environment/database name?"},
	{windowSlot, "What is the date and time in UTC time zone for this to be carried out?"},
	{preserveSlot, "Do you want to preserve user info (security list) on the target environment?"},
	{environmentSlot, "Which environment(s)?"},
	{schemaWindowSlot, "When can this update be performed?"},

	{refreshNote, "How do I request that a test database be refreshed with the latest copy of production?"},
	{refreshNote, "Frequently, a client asks to refresh their test environment with real production data to test a new feature or process."},
	{refreshNote, "The client may also want to restore the test over production during go-live, where data may be loaded in the test environment for verification and copied to production prior to go-live."},
	{refreshNote, "Database refreshes are requested by Veson IMOS Platform clients."},
	{refreshNote, "On-Premise clients will need to refresh their test database by themselves."},
	{refreshNote, "To request the database refresh, clients will need to create the request through the Help Center via the Product Support option."},
	{refreshNote, "Please expect each database refresh will be completed within a two-hour window time, but in most usual cases the task can be completed within one hour."},
	{refreshNote, "During this time, users should log out of the target (test) environment that is being refreshed."},
	{refreshNote, "The source (production) environment is not affected by the restoration process."},
	{refreshNote, "Please note that the database refresh is not official unless otherwise confirmed."},
	{refreshNote, "The confirmation of the scheduled window is dependent upon the availability of our resources."},
	{refreshNote, "In the event that a request coincides with a public holiday within the specified time zone, we will reach out via the ticket to reschedule for an alternative window time."},
	{refreshNote, "Details to be provided when raising a Standard Database refresh request:"},
	{refreshNote, "When raising a standard database refresh request via the Help Center, please ensure that the following details must be provided:"},
	{refreshNote, "This is usually the Production environment data (E.g. ABCD_prod) where the data is extracted from."},
	{refreshNote, "This is usually the Test environment data (E.g. ABCD_test) where the extracted data above will be copied into."},
	{refreshNote, "Please propose two window times with 2-hour interval each between 01:30 and 20:30 UTC on Mondays to Fridays."},
	{refreshNote, "The date and time MUST be specified in UTC time zone and the two window times needs to have a 2-hour interval each between 01:30 and 20:30 UTC on Monday to Friday."},
	{refreshNote, "The earliest time window must be 2 business days in advance of the expected execution time of the database refresh."},
	{refreshNote, "See below for example."},
	{refreshNote, "Example: If you raise a ticket on 7 October 2024 (Monday) 02:00 UTC requesting a database refresh for the test environment, the earliest window time to propose is 9 October 2024 (Wednesday) 02:00 to 04:00 UTC."},
	{refreshNote, "If you raise a ticket on 7 October 2024 (Monday) 02:00 UTC requesting a database refresh for the test environment, the earliest window time to propose is 9 October 2024 (Wednesday) 02:00 to 04:00 UTC."},
	{refreshNote, "The second window time can be any later date and time within the Standard ISD request window table below (e.g. 9 October 2024, 04:00 to 06:00 UTC)."},
	{refreshNote, "Please note that changes CANNOT be accommodated at weekends."},
	{refreshNote, "Example: If the proposed window time is 12 October 2024 (Saturday), 01:00 - 03:00 UTC, this request cannot be accommodated."},
	{refreshNote, "If the proposed window time is 12 October 2024 (Saturday), 01:00 - 03:00 UTC, this request cannot be accommodated."},
	{refreshNote, "For point-in-time refresh of the test database, please refer below."},
	{refreshNote, "The answer should be a yes or no."},
	{refreshNote, "The default is no."},
	{refreshNote, "This means that the security list from the target (test) environment will be replaced by the security list from the source (production) environment."},
	{refreshNote, "If the answer is yes, please note that both the source and target environment must be on the same schema version."},
	{refreshNote, "If they are different, we will reach out to arrange for a schema upgrade of both the source and target environment to the latest version."},
	{refreshNote, "Please note that we will not accommodate requests to copy over the configuration flags or messaging service configurations from the source to the target environment."},
	{refreshNote, "Overriding the configuration flags in the target environment can cause the environment to be inoperable, along with changes in the User Interface."},
	{refreshNote, "Copying over the messaging configuration from the source environment can cause the data from the target environment to be inadvertently sent to the source environment or interfaces that are linked to the source environment."},
	{refreshNote, "For Point-in-Time Database Refresh"},
	{refreshNote, "For a simple standard copy of the database (i.e. latest production copied to test), two business days' notice is required."},
	{refreshNote, "If a test database needs to be refreshed with a copy of the production data from a specific point in time in the past, the date of the point-in-time database cannot be more than 10 days old from the require point-in-time execution date."},
	{refreshNote, "In addition, a two-weeks' notice is required."},
	{refreshNote, "We recommend to submit the request as early as possible."},
	{refreshNote, "If the test environment needs to be refreshed with production data up until 30 September 2024 12:00 UTC, the LATEST time to execute this request is 10 October 2024 12:00 UTC."},
	{refreshNote, "With the two-weeks' notice, the latest time to submit the request will be 26 September 12:00 UTC."},
	{refreshNote, "If the test environment needs to be refreshed with production data up until 30 September 2024 12:00 UTC, and request is submitted on 23 September 2024 12:00 UTC, the earliest execution time, considering the two weeks' notice, will be 7 October 2024 12:00 UTC."},
	{refreshNote, "Things to note before database refresh"},
	{refreshNote, "Before restoring a database refresh request, please bear in mind:"},
	{refreshNote, "Configuration flag list will NOT be overwritten."},
	{refreshNote, "Messaging service configuration will NOT be overwritten."},
	{refreshNote, "Customers have the choice of whether the users are retained from the restore or overwritten (in question 4 above)."},
	{refreshNote, "If you have a user that is used for API calls - take note of the email address of that user, and once the database is restored, change the email address back to the original one (i.e. before the DB restore) in the user profile of the Security list."},
	{refreshNote, "Log out and log in again in order to see the Veslink API section."},

	{schemaNote, "How do I request for a schema update?"},
	{schemaNote, "Frequently, clients would request a Schema update of their Production/Test environment after receiving an error as follows when enabling a configuration flag."},
	{schemaNote, "Sometimes clients would also proactively request schema updates in order to test out new features that are released."},
	{schemaNote, "Schema Updates are requested by Veson IMOS Platform clients."},
	{schemaNote, "On-Premise clients will have to update their Schema by themselves."},
	{schemaNote, "Please be aware that selecting a specific version for the update is not applicable."},
	{schemaNote, "The updates will be implemented up to the latest available version."},
	{schemaNote, "To request a schema update, you will need to create the request through our portal, providing a time slot in UTC time zone."},
	{schemaNote, "Typically, an hour time slot is enough, but we would like to request a two-hour window from Clients for this change."},
	{schemaNote, "This should be the window when users are logged out of the target system."},
	{schemaNote, "Please note that confirmation of the scheduled window is dependent upon the availability of our resources."},
	{schemaNote, "The maintenance window for the database refresh is not official unless otherwise confirmed."},
	{schemaNote, "In the event that a request coincides with a public holiday within the specified time zone, we may need to reschedule for an alternative update window."},
	{schemaNote, "Kindly provide the following required details when raising a database refresh:"},
	{schemaNote, "Note: For clients with a replicated database or using Data Lake on Snowflake, we can only update one environment per time slot."},
	{schemaNote, "For clients with a replicated database or using Data Lake on Snowflake, we can only update one environment per time slot."},
	{schemaNote, "Kindly provide two maintenance windows, each with a 2-hour period, with the earliest window being at least 48 hours in advance."},
	{schemaNote, "(Example: 12 December 2023 12 pm to 2 pm UTC, or 14 December 2023 12 pm to 2 pm UTC.)"},
	{schemaNote, "The date and time MUST be specified in the UTC time zone within the Standard ISD request window table below"},
	{schemaNote, "Changes cannot be accommodated at weekends."},

	{otherSlot, "Standard ISD request window (Mon-Fri, excluding regional public holidays):"},
	{otherSlot, "Summer Time: 01:00 UTC 20:30 UTC"},
	{otherSlot, "Winter Time: 01:00 UTC 21:30 UTC"},
	{otherSlot, "Note: Any request outside the above times needs to be checked internally for approval."},
	{otherSlot, "Note: Any request outside the above times needs approval."},
	{otherSlot, "Any request outside the above times needs to be checked internally for approval."},
	{otherSlot, "Skip to main content"},
	{otherSlot, "Skip table of contents"},
	{otherSlot, "JavaScript errors detected"},
	{otherSlot, "Please note, these errors can depend on your browser setup."},
	{otherSlot, "If this problem persists, please contact our support."},
}

// A formSentence is one of them in words.
type formSentence struct {
	slot  slot
	words []string
}

// formIndex holds the sentences by their first word. It is never written to
// after it is built.
var formIndex = buildFormIndex()

func buildFormIndex() map[string][]formSentence {
	index := map[string][]formSentence{}
	for _, l := range formLines {
		words := strings.FieldsFunc(strings.ToLower(l.text), func(r rune) bool { return r >= 0x80 || !isAlnum(byte(r)) })
		index[words[0]] = append(index[words[0]], formSentence{l.slot, words})
	}
	return index
}

// matchForm returns the end of the form's sentence that begins at i, and what it
// asks; end is 0 where there is none. Markup, line breaks and punctuation do not
// matter, and a sentence may be cut short.
func matchForm(s string, i int) (end int, what slot) {
	start, stop := nextFormWord(s, i)
	if start == stop || start > i+3 || stop-start > 10 {
		return 0, noSlot
	}
	var buf [10]byte
	for k := start; k < stop; k++ {
		buf[k-start] = lower(s[k])
	}
	for _, f := range formIndex[string(buf[:stop-start])] {
		matched, at := f.match(s, i)
		if at > end && f.enough(matched) {
			end, what = at, f.slot
		}
	}
	return closeSentence(s, end), what
}

// enough tells whether so many words of a sentence are not somebody's own.
func (f *formSentence) enough(matched int) bool {
	return matched == len(f.words) || matched >= 7 && matched*2 >= len(f.words)
}

// match compares word by word and returns how many are the same, and where the
// last of them ends.
func (f *formSentence) match(s string, i int) (matched, end int) {
	for matched < len(f.words) {
		start, stop := nextFormWord(s, i)
		if start == stop || !equalLower(s[start:stop], f.words[matched]) {
			break
		}
		matched, end, i = matched+1, stop, stop
	}
	return matched, end
}

// formReach is how far apart two words of a sentence may stand, and how long
// one may be; it keeps the search linear.
const formReach = 24

// nextFormWord returns the next run of ASCII letters and digits at or behind i.
func nextFormWord(s string, i int) (start, stop int) {
	for limit := i + formReach; i < len(s) && i < limit && !isAlnum(s[i]); {
		i++
	}
	start = i
	for i < len(s) && i-start < formReach && isAlnum(s[i]) {
		i++
	}
	return start, i
}

// closeSentence takes in the punctuation that a sentence ends with.
func closeSentence(s string, end int) int {
	for end > 0 && end < len(s) && contains(".?!)\":", s[end]) {
		end++
	}
	return end
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func equalLower(s, word string) bool {
	if len(s) != len(word) {
		return false
	}
	for i := 0; i < len(s); i++ {
		if lower(s[i]) != word[i] {
			return false
		}
	}
	return true
}
