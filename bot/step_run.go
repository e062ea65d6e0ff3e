package bot

// order starts a run of the clone engine on somebody's word. Its id is a key:
// whatever happens, a conversation's n-th run is started once.
func (t *turn) order(by Person) {
	t.c.Runs++
	id := runID(t.c.Key, t.c.Runs)
	t.d.Order = &Run{
		ID: id, Ticket: t.c.Key, Actor: by, Ordered: t.now, State: RunPending,
		Order: t.c.Order(),
	}
	t.start(Progress{ID: id, By: by, State: RunPending})
	t.auditHash("run ordered: "+string(id), t.c.Booked.Hash)
}

// start takes the conversation to Running.
func (t *turn) start(p Progress) {
	p.Started = t.now
	t.c.Run = &p
	t.c.State = Running
	t.c.Stopped = nil
	t.c.Booked.Begun = true
	t.renew(RenewedByDecision)
	t.show()
	t.news(TellEngineers{Topic: NewsStarted, By: display(p.By)})
}

// approver returns the one whose approval came last.
func (t *turn) approver() Person {
	if n := len(t.c.Approvals); n > 0 {
		return t.c.Approvals[n-1].By
	}
	return Person{}
}

// wish asks something of the run at work.
func (t *turn) wish(w RunWish) {
	t.c.Run.Wish = w
	t.d.Wish = &WishFor{Run: t.c.Run.ID, Wish: w}
}

// settle takes note of a run that has no part in the conversation any more.
func (t *turn) settle() {
	if r := t.e.Run; r != nil && r.State.Over() {
		t.d.Settle = r.Run
	}
}

// report is news of the conversation's run.
func (t *turn) report() {
	r, p := t.e.Run, t.c.Run
	if r == nil {
		return
	}
	if p == nil || p.ID != r.Run {
		t.settle()
		return
	}
	if r.Seq <= p.Seq {
		if p.State.Over() {
			t.settle() // told again, dealt with before
		}
		return
	}
	t.settle()
	t.note(*r)
	t.tell(ShowProgress{Report: *r})
	switch r.State {
	case RunSucceeded:
		t.itStands()
	case RunFailed:
		t.failed()
	case RunRolledBack:
		t.rolledBack()
	default:
		t.goesOn()
	}
}

// note takes over what a report says.
func (t *turn) note(r RunReport) {
	p := t.c.Run
	p.Seq, p.State, p.Finish = r.Seq, r.State, r.Finish
	p.Swapped, p.Problem, p.Facts = r.Swapped, r.Problem, r.Facts
	p.Tasks = 0
	for _, task := range r.Tasks {
		if task.State == TaskDone || task.State == TaskSkipped {
			p.Tasks++
		}
	}
	if r.State.Over() {
		p.Ended = t.now
	}
	asked := r.Question != "" && r.Question != p.Question
	p.Question = r.Question
	if asked {
		t.show()
		t.news(TellEngineers{Topic: NewsQuestion, Text: r.Question})
		t.audit("engine asks: " + r.Question)
	}
}

// goesOn looks whether a run will end within its window, and says early where it
// won't.
func (t *turn) goesOn() {
	p := t.c.Run
	if p.Finish.After(t.c.Booked.Window.End) && !p.Late && p.Wish == WishProceed {
		t.news(TellEngineers{Topic: NewsLate, At: p.Finish})
		t.late()
		t.audit("run will end after its window")
	}
}

// itStands is the news that a run stands as it succeeded: for the first time, or
// because the wish to roll it back can't come true.
func (t *turn) itStands() {
	switch {
	case t.c.State == Done: // told before
	case t.c.Run.Wish == WishRollBack:
		t.c.State = Done
		t.c.Run.Wish, t.c.Run.Undone = WishProceed, false
		t.renew(RenewedByDecision)
		t.show()
		t.news(TellEngineers{Topic: NewsNoWayBack, Text: t.c.Run.Problem})
		t.audit("can't be rolled back: " + t.c.Run.Problem)
	default:
		t.succeeded()
	}
}

func (t *turn) succeeded() {
	t.c.State = Done
	t.c.Run.Wish = WishProceed
	t.release()
	t.renew(RenewedByDecision)
	t.show()
	t.say(TellClient{Topic: ToldDone})
	t.news(TellEngineers{Topic: NewsDone, More: t.c.Run.Facts})
	t.move("done")
	t.audit("run succeeded")
}

func (t *turn) failed() {
	t.c.State = Failed
	t.renew(RenewedByDecision)
	t.show()
	t.say(TellClient{Topic: ToldFailed})
	if t.c.Run.Question == "" { // a question is told by itself
		t.news(TellEngineers{Topic: NewsFailed, Text: t.c.Run.Problem})
	}
	t.audit("run failed: " + t.c.Run.Problem)
}

// rolledBack is the end of a run that left nothing behind: because the request
// was withdrawn, the window over, or an engineer asked for it.
func (t *turn) rolledBack() {
	p := t.c.Run
	switch {
	case p.Cancelling, p.Undone:
		t.c.State = Cancelled
		t.release()
		t.renew(RenewedByDecision)
		t.show()
		t.say(TellClient{Topic: ToldRolledBack})
	case p.Wish == WishStop:
		t.lapse(ToldStopped)
	default:
		t.lapse(ToldRolledBack)
	}
	t.news(TellEngineers{Topic: NewsRolledBack, Text: p.Problem})
	t.audit("run rolled back")
}
