using Orchestrator.Tests.Storage.Conformance;

namespace Orchestrator.Tests.Storage.Embedded;

public sealed class EmbeddedAppendTests() : AppendTests(new EmbeddedHarness());

public sealed class EmbeddedLeaseTests() : LeaseTests(new EmbeddedHarness());

public sealed class EmbeddedQueueTests() : QueueTests(new EmbeddedHarness());

public sealed class EmbeddedContextTests() : ContextTests(new EmbeddedHarness());

public sealed class EmbeddedListTests() : ListTests(new EmbeddedHarness());

public sealed class EmbeddedOpenRunTests() : OpenRunTests(new EmbeddedHarness());

public sealed class EmbeddedSnapshotTests() : SnapshotTests(new EmbeddedHarness());

public sealed class EmbeddedDeleteTests() : DeleteTests(new EmbeddedHarness());

public sealed class EmbeddedWatchTests() : WatchTests(new EmbeddedHarness());

public sealed class EmbeddedDeploymentTests() : DeploymentTests(new EmbeddedHarness());

public sealed class EmbeddedEndedRunTests() : EndedRunTests(new EmbeddedHarness());

public sealed class EmbeddedInboxTests() : InboxTests(new EmbeddedHarness());

public sealed class EmbeddedMemberTests() : MemberTests(new EmbeddedHarness());
