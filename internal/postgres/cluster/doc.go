// Package cluster runs the private PostgreSQL of a data folder, for when no
// other database is configured.
//
// [Join] makes the cluster if the folder has none, starts it if it is down, and
// promises that it accepts connections on a unix socket that only this user can
// reach; there is no TCP. All Tandem processes of a folder share it: the first
// starts it, the last to [Cluster.Leave] stops it. [Cluster.Watch] starts it
// again when it has died.
//
// Who uses the cluster is known by file locks, which the kernel drops with the
// process: a killed Tandem leaves nothing to clean. The server it leaves behind
// is joined by the next. A stale pid file is told from a live server by the
// working directory of the process, never by its number alone.
//
// Started as root it runs the server as user postgres, or nobody, because
// PostgreSQL refuses root. It knows nothing of schemas, roles or pools: that is
// package postgres. It does not install PostgreSQL: that is ../install.sh,
// which looks for it in the same places as binaries.go.
//
// The folder holds:
//
//	data/            the cluster
//	postgresql.conf  our settings, written at each start; local.conf beside it overrides them
//	socket/          the socket, unless its path would be too long: then see socket.path
//	log, log.1       what the server says, bounded; never contents of rows
//	start.lock       held while starting or stopping;  users.lock  shared by who uses it
package cluster
