package clone

// refreshTasks returns the tasks of a refresh in the order in which they are
// done. Up to the swap only the new database and what is staged beside the
// target change, and a few switches that are easily set back.
func refreshTasks() []Task {
	return []Task{
		// isolate.go: nobody works on the target any more
		takeStock(), enterMaintenance(), awaitJobs(), connectToOldCluster(), removeMailRoutes(),
		// build.go: a new database beside it
		createDatabase(), createLogin(), captureKept(), copyDatabase(),
		// prepare.go: makes it the target's own
		prepareDatabase(), recreateLogin(), disableJobs(), fixSystemUsers(), replaceDomains(),
		// furnish.go: and what belongs to it
		cloneTemplates(), provisionMail(), setQueryPermissions(), changeSerialNumber(), assignPlans(),
		createAppUsers(), updateCompany(), clonePackages(), cloneArchive(),
		// cutover.go: the point of no return
		verifyDatabase(), setInMigration(), dropDatabase(), publishObjects(),
		// reopen.go: everybody finds the new one
		registerCustomer(), replaceEnvironment(), recycleCustomer(), syncUsers(), setNormal(),
		notifyApps(), enterRunning(), awaitConfiguration(),
	}
}
