//go:build !fault_publish_before_commit

package eventlog

// publishBeforeCommit is a fault that cmd/livecheck must find when it is planted:
// positions are given out before what they stand for is committed
const publishBeforeCommit = false
