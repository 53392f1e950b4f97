using Orchestrator.Tests.Storage.Conformance;

namespace Orchestrator.Tests.Storage.Redis;

[Collection(SharedRedis.Name)]
public sealed class RedisAppendTests(RedisServer server) : AppendTests(new RedisHarness(server));

[Collection(SharedRedis.Name)]
public sealed class RedisLeaseTests(RedisServer server) : LeaseTests(new RedisHarness(server));

[Collection(SharedRedis.Name)]
public sealed class RedisQueueTests(RedisServer server) : QueueTests(new RedisHarness(server));

[Collection(SharedRedis.Name)]
public sealed class RedisContextTests(RedisServer server) : ContextTests(new RedisHarness(server));

[Collection(SharedRedis.Name)]
public sealed class RedisListTests(RedisServer server) : ListTests(new RedisHarness(server));

[Collection(SharedRedis.Name)]
public sealed class RedisOpenRunTests(RedisServer server) : OpenRunTests(new RedisHarness(server));

[Collection(SharedRedis.Name)]
public sealed class RedisSnapshotTests(RedisServer server) : SnapshotTests(new RedisHarness(server));

[Collection(SharedRedis.Name)]
public sealed class RedisDeleteTests(RedisServer server) : DeleteTests(new RedisHarness(server));

[Collection(SharedRedis.Name)]
public sealed class RedisWatchTests(RedisServer server) : WatchTests(new RedisHarness(server));

[Collection(SharedRedis.Name)]
public sealed class RedisDeploymentTests(RedisServer server) : DeploymentTests(new RedisHarness(server));

[Collection(SharedRedis.Name)]
public sealed class RedisEndedRunTests(RedisServer server) : EndedRunTests(new RedisHarness(server));

[Collection(SharedRedis.Name)]
public sealed class RedisInboxTests(RedisServer server) : InboxTests(new RedisHarness(server));

[Collection(SharedRedis.Name)]
public sealed class RedisMemberTests(RedisServer server) : MemberTests(new RedisHarness(server));
