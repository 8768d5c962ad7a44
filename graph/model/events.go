package model

import (
	"context"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/ent/generated/ent/messagereaction"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/ent/generated/ent/proposal"
)

// The events, each a log entry with what its type tells of it.
type (
	CountryCreated      struct{ OfCountry }
	CountryEdited       struct{ OfCountry }
	CountryGroupCreated struct{ OfCountryGroup }
	CountryGroupEdited  struct{ OfCountryGroup }
	MembershipRecorded  struct{ OfMembership }
	MembershipEdited    struct{ OfMembership }
	OrganisationCreated struct{ OfOrganisation }
	OrganisationEdited  struct{ OfOrganisation }
	OrganisationMerged  struct{ OfOrganisation }
	PersonCreated       struct{ OfPerson }
	PersonEdited        struct{ OfPerson }
	PersonDisabled      struct{ OfPerson }
	PersonEnabled       struct{ OfPerson }
	SessionEnded        struct{ OfPerson }
	BodyCreated         struct{ OfBody }
	BodyEdited          struct{ OfBody }
	BodyDissolved       struct{ OfBody }
	SeatAssigned        struct{ OfSeat }
	SeatEdited          struct{ OfSeat }
	SeatStarted         struct{ OfSeat }
	SeatEnded           struct{ OfSeat }
	StaffPostAssigned   struct{ OfStaffPost }
	StaffPostEdited     struct{ OfStaffPost }
	StaffPostStarted    struct{ OfStaffPost }
	StaffPostEnded      struct{ OfStaffPost }
	AgreementDrafted    struct{ OfAgreement }
	AgreementEdited     struct{ OfAgreement }
	AgreementMoved      struct{ OfAgreement }
	ProgrammeDrafted    struct{ OfProgramme }
	ProgrammeEdited     struct{ OfProgramme }
	ProgrammeMoved      struct{ OfProgramme }
	ProposalDrafted     struct{ OfProposal }
	ProposalEdited      struct{ OfProposal }
	ProposalMoved       struct{ OfProposal }
	ActivityCreated     struct{ OfActivity }
	ActivityEdited      struct{ OfActivity }
	ActivityPublished   struct{ OfActivity }
	ActivityMoved       struct{ OfActivity }
	ActivityImported    struct{ OfActivity }
	ActivityVanished    struct{ OfActivity }
	ActivityReturned    struct{ OfActivity }
	TransactionRecorded struct{ OfTransaction }
	TransactionEdited   struct{ OfTransaction }
	ThreadOpened        struct{ OfThread }
	ThreadEdited        struct{ OfThread }
	ThreadClosed        struct{ OfThread }
	ThreadReopened      struct{ OfThread }
	ThreadPinned        struct{ OfThread }
	ThreadUnpinned      struct{ OfThread }
	AccessGranted       struct{ OfAudience }
	AccessEnded         struct{ OfAudience }
	MessagePosted       struct{ OfMessage }
	MessageEdited       struct{ OfMessage }
	MessageWithdrawn    struct{ OfMessage }

	MessageHeld   struct{ OfDraft }
	PostReturned  struct{ OfDraft }
	PostDiscarded struct{ OfDraft }

	ReactionAdded   struct{ OfMessage }
	ReactionRemoved struct{ OfMessage }

	TranslationProposed     struct{ OfTranslation }
	TranslationEdited       struct{ OfTranslation }
	TranslationMadeOfficial struct{ OfTranslation }
	TranslationWithdrawn    struct{ OfTranslation }

	AttachmentRefused struct{ OfAttachment }

	ImportChecked struct{ OfImportRun }
	ImportApplied struct{ OfImportRun }
	ImportRefused struct{ OfImportRun }

	ImportCancelled struct{ OfImportRun }
)

// Checkpoint says that a position is known and nothing happened.
type Checkpoint struct{ At time.Time }

// StreamReset says that a position is not known.
type StreamReset struct{ Reason string }

// told makes an event of a log entry, by its kind.
var told = map[string]func(Told) Event{
	"CountryCreated":      func(t Told) Event { return &CountryCreated{OfCountry{t}} },
	"CountryEdited":       func(t Told) Event { return &CountryEdited{OfCountry{t}} },
	"CountryGroupCreated": func(t Told) Event { return &CountryGroupCreated{OfCountryGroup{t}} },
	"CountryGroupEdited":  func(t Told) Event { return &CountryGroupEdited{OfCountryGroup{t}} },
	"MembershipRecorded":  func(t Told) Event { return &MembershipRecorded{OfMembership{t}} },
	"MembershipEdited":    func(t Told) Event { return &MembershipEdited{OfMembership{t}} },
	"OrganisationCreated": func(t Told) Event { return &OrganisationCreated{OfOrganisation{t}} },
	"OrganisationEdited":  func(t Told) Event { return &OrganisationEdited{OfOrganisation{t}} },
	"OrganisationMerged":  func(t Told) Event { return &OrganisationMerged{OfOrganisation{t}} },
	"PersonCreated":       func(t Told) Event { return &PersonCreated{OfPerson{t}} },
	"PersonEdited":        func(t Told) Event { return &PersonEdited{OfPerson{t}} },
	"PersonDisabled":      func(t Told) Event { return &PersonDisabled{OfPerson{t}} },
	"PersonEnabled":       func(t Told) Event { return &PersonEnabled{OfPerson{t}} },
	"SessionEnded":        func(t Told) Event { return &SessionEnded{OfPerson{t}} },
	"BodyCreated":         func(t Told) Event { return &BodyCreated{OfBody{t}} },
	"BodyEdited":          func(t Told) Event { return &BodyEdited{OfBody{t}} },
	"BodyDissolved":       func(t Told) Event { return &BodyDissolved{OfBody{t}} },
	"SeatAssigned":        func(t Told) Event { return &SeatAssigned{OfSeat{t}} },
	"SeatEdited":          func(t Told) Event { return &SeatEdited{OfSeat{t}} },
	"SeatStarted":         func(t Told) Event { return &SeatStarted{OfSeat{t}} },
	"SeatEnded":           func(t Told) Event { return &SeatEnded{OfSeat{t}} },
	"StaffPostAssigned":   func(t Told) Event { return &StaffPostAssigned{OfStaffPost{t}} },
	"StaffPostEdited":     func(t Told) Event { return &StaffPostEdited{OfStaffPost{t}} },
	"StaffPostStarted":    func(t Told) Event { return &StaffPostStarted{OfStaffPost{t}} },
	"StaffPostEnded":      func(t Told) Event { return &StaffPostEnded{OfStaffPost{t}} },
	"AgreementDrafted":    func(t Told) Event { return &AgreementDrafted{OfAgreement{t}} },
	"AgreementEdited":     func(t Told) Event { return &AgreementEdited{OfAgreement{t}} },
	"AgreementMoved":      func(t Told) Event { return &AgreementMoved{OfAgreement{t}} },
	"ProgrammeDrafted":    func(t Told) Event { return &ProgrammeDrafted{OfProgramme{t}} },
	"ProgrammeEdited":     func(t Told) Event { return &ProgrammeEdited{OfProgramme{t}} },
	"ProgrammeMoved":      func(t Told) Event { return &ProgrammeMoved{OfProgramme{t}} },
	"ProposalDrafted":     func(t Told) Event { return &ProposalDrafted{OfProposal{t}} },
	"ProposalEdited":      func(t Told) Event { return &ProposalEdited{OfProposal{t}} },
	"ProposalMoved":       func(t Told) Event { return &ProposalMoved{OfProposal{t}} },
	"ActivityCreated":     func(t Told) Event { return &ActivityCreated{OfActivity{t}} },
	"ActivityEdited":      func(t Told) Event { return &ActivityEdited{OfActivity{t}} },
	"ActivityPublished":   func(t Told) Event { return &ActivityPublished{OfActivity{t}} },
	"ActivityMoved":       func(t Told) Event { return &ActivityMoved{OfActivity{t}} },
	"ActivityImported":    func(t Told) Event { return &ActivityImported{OfActivity{t}} },
	"ActivityVanished":    func(t Told) Event { return &ActivityVanished{OfActivity{t}} },
	"ActivityReturned":    func(t Told) Event { return &ActivityReturned{OfActivity{t}} },
	"TransactionRecorded": func(t Told) Event { return &TransactionRecorded{OfTransaction{t}} },
	"TransactionEdited":   func(t Told) Event { return &TransactionEdited{OfTransaction{t}} },
	"ThreadOpened":        func(t Told) Event { return &ThreadOpened{OfThread{t}} },
	"ThreadEdited":        func(t Told) Event { return &ThreadEdited{OfThread{t}} },
	"ThreadClosed":        func(t Told) Event { return &ThreadClosed{OfThread{t}} },
	"ThreadReopened":      func(t Told) Event { return &ThreadReopened{OfThread{t}} },
	"ThreadPinned":        func(t Told) Event { return &ThreadPinned{OfThread{t}} },
	"ThreadUnpinned":      func(t Told) Event { return &ThreadUnpinned{OfThread{t}} },
	"AccessGranted":       func(t Told) Event { return &AccessGranted{OfAudience{t}} },
	"AccessEnded":         func(t Told) Event { return &AccessEnded{OfAudience{t}} },
	"MessagePosted":       func(t Told) Event { return &MessagePosted{OfMessage{t}} },
	"MessageEdited":       func(t Told) Event { return &MessageEdited{OfMessage{t}} },
	"MessageWithdrawn":    func(t Told) Event { return &MessageWithdrawn{OfMessage{t}} },

	"MessageHeld":   func(t Told) Event { return &MessageHeld{OfDraft{t}} },
	"PostReturned":  func(t Told) Event { return &PostReturned{OfDraft{t}} },
	"PostDiscarded": func(t Told) Event { return &PostDiscarded{OfDraft{t}} },

	"ReactionAdded":   func(t Told) Event { return &ReactionAdded{OfMessage{t}} },
	"ReactionRemoved": func(t Told) Event { return &ReactionRemoved{OfMessage{t}} },

	"TranslationProposed":     func(t Told) Event { return &TranslationProposed{OfTranslation{t}} },
	"TranslationEdited":       func(t Told) Event { return &TranslationEdited{OfTranslation{t}} },
	"TranslationMadeOfficial": func(t Told) Event { return &TranslationMadeOfficial{OfTranslation{t}} },
	"TranslationWithdrawn":    func(t Told) Event { return &TranslationWithdrawn{OfTranslation{t}} },

	"AttachmentRefused":      func(t Told) Event { return &AttachmentRefused{OfAttachment{t}} },
	"WebhookCreated":         func(t Told) Event { return &WebhookCreated{OfWebhook{t}} },
	"WebhookEdited":          func(t Told) Event { return &WebhookEdited{OfWebhook{t}} },
	"WebhookPaused":          func(t Told) Event { return &WebhookPaused{OfWebhook{t}} },
	"WebhookResumed":         func(t Told) Event { return &WebhookResumed{OfWebhook{t}} },
	"WebhookEnded":           func(t Told) Event { return &WebhookEnded{OfWebhook{t}} },
	"WebhookSecretRotated":   func(t Told) Event { return &WebhookSecretRotated{OfWebhook{t}} },
	"WebhookDeliveryRetried": func(t Told) Event { return &WebhookDeliveryRetried{OfWebhook{t}} },
	"WebhookDeliverySkipped": func(t Told) Event { return &WebhookDeliverySkipped{OfWebhook{t}} },
	"DashboardCreated":       func(t Told) Event { return &DashboardCreated{ofDashboard{t}} },
	"DashboardEdited":        func(t Told) Event { return &DashboardEdited{ofDashboard{t}} },
	"DashboardDeleted":       func(t Told) Event { return &DashboardDeleted{t} },
	"AidDonorLinked":         func(t Told) Event { return &AidDonorLinked{t} },
	"ExchangeRatesImported":  func(t Told) Event { return &ExchangeRatesImported{t} },
	"ExchangeRateCorrected":  func(t Told) Event { return &ExchangeRateCorrected{t} },

	"ImportChecked":   func(t Told) Event { return &ImportChecked{OfImportRun{t}} },
	"ImportApplied":   func(t Told) Event { return &ImportApplied{OfImportRun{t}} },
	"ImportRefused":   func(t Told) Event { return &ImportRefused{OfImportRun{t}} },
	"ImportCancelled": func(t Told) Event { return &ImportCancelled{OfImportRun{t}} },

	"NoticeDrafted":        func(t Told) Event { return &NoticeDrafted{OfNotice{t}} },
	"NoticeEdited":         func(t Told) Event { return &NoticeEdited{OfNotice{t}} },
	"NoticeDiscarded":      func(t Told) Event { return &NoticeDiscarded{OfNotice{t}} },
	"NoticeDispatched":     func(t Told) Event { return &NoticeDispatched{OfNotice{t}} },
	"NoticeDelivered":      func(t Told) Event { return &NoticeDelivered{OfNotice{t}} },
	"NoticeVoided":         func(t Told) Event { return &NoticeVoided{OfNotice{t}} },
	"NoticeRecalled":       func(t Told) Event { return &NoticeRecalled{OfNotice{t}} },
	"NoticeOpened":         func(t Told) Event { return &NoticeOpened{OfNotice{t}} },
	"NoticeAcknowledged":   func(t Told) Event { return &NoticeAcknowledged{OfNotice{t}} },
	"NoticeUnacknowledged": func(t Told) Event { return &NoticeUnacknowledged{OfNotice{t}} },
	"RequestDispatched":    func(t Told) Event { return &RequestDispatched{OfRequest{t}} },
	"RequestAnswered":      func(t Told) Event { return &RequestAnswered{OfRequest{t}} },
	"RequestVoided":        func(t Told) Event { return &RequestVoided{OfRequest{t}} },
	"RequestOverdue":       func(t Told) Event { return &RequestOverdue{OfRequest{t}} },
	"ExtensionRequested":   func(t Told) Event { return &ExtensionRequested{OfExtension{t}} },
	"ExtensionDecided":     func(t Told) Event { return &ExtensionDecided{OfExtension{t}} },
	"RetentionSet":         func(t Told) Event { return &RetentionSet{OfRetention{t}} },
	"LegalHoldPlaced":      func(t Told) Event { return &LegalHoldPlaced{OfLegalHold{t}} },
	"LegalHoldReleased":    func(t Told) Event { return &LegalHoldReleased{OfLegalHold{t}} },
	"ThreadErased":         func(t Told) Event { return &ThreadErased{OfThread{t}} },
	"RecordMade":           func(t Told) Event { return &RecordMade{OfThread{t}} },

	"OpportunityIdentified": func(t Told) Event { return &OpportunityIdentified{OfOpportunity{t}} },
	"OpportunityEdited":     func(t Told) Event { return &OpportunityEdited{OfOpportunity{t}} },
	"OpportunityMoved":      func(t Told) Event { return &OpportunityMoved{OfOpportunity{t}} },
	"OpportunityClosed":     func(t Told) Event { return &OpportunityClosed{OfOpportunity{t}} },
	"MeetingConvened":       func(t Told) Event { return &MeetingConvened{OfMeeting{t}} },
	"MeetingEdited":         func(t Told) Event { return &MeetingEdited{OfMeeting{t}} },
	"MeetingOpened":         func(t Told) Event { return &MeetingOpened{OfMeeting{t}} },
	"MeetingClosed":         func(t Told) Event { return &MeetingClosed{OfMeeting{t}} },
	"MeetingCancelled":      func(t Told) Event { return &MeetingCancelled{OfMeeting{t}} },
}

// IsEvent says that it is an event.
func (*CountryCreated) IsEvent() {}

// IsEvent says that it is an event.
func (*CountryEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*CountryGroupCreated) IsEvent() {}

// IsEvent says that it is an event.
func (*CountryGroupEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*MembershipRecorded) IsEvent() {}

// IsEvent says that it is an event.
func (*MembershipEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*OrganisationCreated) IsEvent() {}

// IsEvent says that it is an event.
func (*OrganisationEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*OrganisationMerged) IsEvent() {}

// IsEvent says that it is an event.
func (*PersonCreated) IsEvent() {}

// IsEvent says that it is an event.
func (*PersonEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*PersonDisabled) IsEvent() {}

// IsEvent says that it is an event.
func (*PersonEnabled) IsEvent() {}

// IsEvent says that it is an event.
func (*SessionEnded) IsEvent() {}

// IsEvent says that it is an event.
func (*BodyCreated) IsEvent() {}

// IsEvent says that it is an event.
func (*BodyEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*BodyDissolved) IsEvent() {}

// IsEvent says that it is an event.
func (*SeatAssigned) IsEvent() {}

// IsEvent says that it is an event.
func (*SeatEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*SeatEnded) IsEvent() {}

// IsEvent says that it is an event.
func (*StaffPostAssigned) IsEvent() {}

// IsEvent says that it is an event.
func (*StaffPostEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*AgreementDrafted) IsEvent() {}

// IsEvent says that it is an event.
func (*AgreementEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*AgreementMoved) IsEvent() {}

// IsEvent says that it is an event.
func (*ProgrammeDrafted) IsEvent() {}

// IsEvent says that it is an event.
func (*ProgrammeEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*ProgrammeMoved) IsEvent() {}

// IsEvent says that it is an event.
func (*ProposalDrafted) IsEvent() {}

// IsEvent says that it is an event.
func (*ProposalEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*ProposalMoved) IsEvent() {}

// IsEvent says that it is an event.
func (*ActivityCreated) IsEvent() {}

// IsEvent says that it is an event.
func (*ActivityEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*ActivityPublished) IsEvent() {}

// IsEvent says that it is an event.
func (*ActivityMoved) IsEvent() {}

// IsEvent says that it is an event.
func (*ActivityImported) IsEvent() {}

// IsEvent says that it is a member of the union.
func (*ActivityVanished) IsEvent() {}

// IsEvent says that it is a member of the union.
func (*ActivityReturned) IsEvent() {}

// IsEvent says that it is an event.
func (*TransactionRecorded) IsEvent() {}

// IsEvent says that it is an event.
func (*TransactionEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*ThreadOpened) IsEvent() {}

// IsEvent says that it is an event.
func (*ThreadEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*ThreadClosed) IsEvent() {}

// IsEvent says that it is an event.
func (*ThreadReopened) IsEvent() {}

// IsEvent says that it is an event.
func (*AccessGranted) IsEvent() {}

// IsEvent says that it is an event.
func (*AccessEnded) IsEvent() {}

// IsEvent says that it is an event.
func (*MessagePosted) IsEvent() {}

// IsEvent says that it is an event.
func (*MessageEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*MessageWithdrawn) IsEvent() {}

// IsEvent says that it is an event.
func (*ThreadPinned) IsEvent() {}

// IsEvent says that it is an event.
func (*ThreadUnpinned) IsEvent() {}

// IsEvent says that it is an event.
func (*MessageHeld) IsEvent() {}

// IsEvent says that it is an event.
func (*PostReturned) IsEvent() {}

// IsEvent says that it is an event.
func (*PostDiscarded) IsEvent() {}

// IsEvent says that it is an event.
func (*ReactionAdded) IsEvent() {}

// IsEvent says that it is an event.
func (*ReactionRemoved) IsEvent() {}

// IsEvent says that it is an event.
func (*TranslationProposed) IsEvent() {}

// IsEvent says that it is an event.
func (*TranslationEdited) IsEvent() {}

// IsEvent says that it is an event.
func (*TranslationMadeOfficial) IsEvent() {}

// IsEvent says that it is an event.
func (*TranslationWithdrawn) IsEvent() {}

// IsEvent says that it is an event.
func (*AttachmentRefused) IsEvent() {}

// IsEvent says that it is an event.
func (*ImportChecked) IsEvent() {}

// IsEvent says that it is an event.
func (*ImportApplied) IsEvent() {}

// IsEvent says that it is an event.
func (*ImportRefused) IsEvent() {}

// IsEvent says that it is an event.
func (*ImportCancelled) IsEvent() {}

// IsEvent says that it is an event.
func (*SeatStarted) IsEvent() {}

// IsEvent says that it is an event.
func (*StaffPostStarted) IsEvent() {}

// IsEvent says that it is an event.
func (*StaffPostEnded) IsEvent() {}

// IsEvent says that it is an event.
func (*Checkpoint) IsEvent() {}

// IsEvent says that it is an event.
func (*StreamReset) IsEvent() {}

// From is the status before.
func (e *AgreementMoved) From() agreement.Status { return agreement.Status(e.facts().From) }

// To is the status after.
func (e *AgreementMoved) To() agreement.Status { return agreement.Status(e.facts().To) }

// From is the status before.
func (e *ProgrammeMoved) From() programme.Status { return programme.Status(e.facts().From) }

// To is the status after.
func (e *ProgrammeMoved) To() programme.Status { return programme.Status(e.facts().To) }

// From is the status before.
func (e *ProposalMoved) From() proposal.Status { return proposal.Status(e.facts().From) }

// To is the status after.
func (e *ProposalMoved) To() proposal.Status { return proposal.Status(e.facts().To) }

// From is the status before.
func (e *ActivityMoved) From() ActivityStatus { return ActivityStatus(e.facts().From) }

// To is the status after.
func (e *ActivityMoved) To() ActivityStatus { return ActivityStatus(e.facts().To) }

// Kind is the kind of the reaction.
func (e *ReactionAdded) Kind() messagereaction.Kind { return messagereaction.Kind(e.facts().To) }

// Kind is the kind of the reaction.
func (e *ReactionRemoved) Kind() messagereaction.Kind { return messagereaction.Kind(e.facts().From) }

// New says whether the activity is new here.
func (e *ActivityImported) New() bool { return e.facts().New }

// Run is the import that brought the activity.
func (e *ActivityImported) Run(ctx context.Context) (*ent.ImportRun, error) {
	return e.run(ctx)
}

// Run is the import that does not have the activity any more.
func (e *ActivityVanished) Run(ctx context.Context) (*ent.ImportRun, error) { return e.run(ctx) }

// Run is the import that has the activity again.
func (e *ActivityReturned) Run(ctx context.Context) (*ent.ImportRun, error) { return e.run(ctx) }

// ViewerEvent is a member of the union of what concerns one person alone.
type ViewerEvent interface{ IsViewerEvent() }

// IsViewerEvent says that it can concern one person alone.
func (*PersonEdited) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*PersonDisabled) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*PersonEnabled) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*SessionEnded) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*AttachmentRefused) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*SeatAssigned) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*SeatEdited) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*SeatStarted) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*SeatEnded) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*StaffPostAssigned) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*StaffPostEdited) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*StaffPostStarted) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*StaffPostEnded) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*Checkpoint) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*StreamReset) IsViewerEvent() {}
