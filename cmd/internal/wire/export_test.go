package wire

// AdminRoutes is adminRoutes, to look at the metrics.
var AdminRoutes = (*App).adminRoutes

// AtMost is atMost, to fill it.
var AtMost = atMost
