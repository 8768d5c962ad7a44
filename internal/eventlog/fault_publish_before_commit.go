//go:build fault_publish_before_commit

package eventlog

const publishBeforeCommit = true
