package wire

// AdminRoutes is adminRoutes, to look at the metrics.
var AdminRoutes = (*App).adminRoutes
