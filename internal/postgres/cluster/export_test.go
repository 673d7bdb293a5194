package cluster

// Seams for the tests: where things are, and choices that need other machines.

func (c *Cluster) Data() string { return c.data() }

// Installed is one PostgreSQL of a machine that the tests imagine.
type Installed struct {
	Major  int
	Vector bool
}

// Choose is which of all would run a cluster made by version made.
func Choose(all []Installed, made int) (major int, err error) {
	var list []binaries
	for _, i := range all {
		list = append(list, binaries{major: i.Major, vector: i.Vector})
	}
	b, err := choose(list, made, "/data")
	return b.major, err
}

const MaxLog = maxLog

func (c *Cluster) BoundLog() error { return c.boundLog() }
