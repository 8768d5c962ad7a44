// Package dashboard holds named sets of figures: saved queries of package funding,
// each with the chart that shows it.
//
//	made by the hub:    the public portfolio · the Secretariat's · one for each donor or partner · one for each member state
//	made by people:     created ──▶ edited … ──▶ deleted
//
// What holds:
//   - A dashboard holds questions, never figures: whoever looks sees what they may see,
//     whoever made it; in the public portfolio what everybody may see.
//   - Those that the hub makes are no rows. Their identifiers follow from what they are
//     about, so that they stay, and they follow the hub's own design when it changes.
//   - A dashboard of a person is edited as a whole, by its revision. It is for its owner,
//     for the people of an organisation, for those who hold a seat or post, or for
//     everybody; the last two are for the Secretariat to give.
//   - What is done to a dashboard is told to its owner and the Secretariat.
//
// Lock order: the dashboard, then the head of the log.
package dashboard
