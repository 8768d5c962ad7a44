// Package filestore keeps files by their keys: in a folder, or in a store that
// speaks S3.
//
// A file is whole or not there: it is written under another name and moved, or
// committed, when all of it has come. What a killed process leaves in a folder
// lies beside the file's own place and goes with Delete. A store of S3 must be told
// (by a rule for its bucket) to abort uploads that nobody completes.
//
// In a folder a file is on disk when Put returns, and open to the owner alone.
package filestore
