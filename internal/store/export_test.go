package store

// RowsInBulk is how many rows an insert is recognised to have; 0: it is sent as it is.
func RowsInBulk(statement string, args []any) int {
	if b := bulkOf(statement, args); b != nil {
		return len(b.values)
	}
	return 0
}
