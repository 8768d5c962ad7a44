package iati

// Anyway makes the writer write what is wrong too, so that what real files say can
// be compared.
func (w *Writer) Anyway() { w.anyway = true }
