using Orchestrator.Tests.Storage.Conformance;

namespace Orchestrator.Tests.Storage.Redis;

[Collection(SharedCluster.Name)]
public sealed class ClusterAppendTests(RedisCluster cluster) : AppendTests(new RedisHarness(cluster.ConnectionString));

[Collection(SharedCluster.Name)]
public sealed class ClusterLeaseTests(RedisCluster cluster) : LeaseTests(new RedisHarness(cluster.ConnectionString));

[Collection(SharedCluster.Name)]
public sealed class ClusterQueueTests(RedisCluster cluster) : QueueTests(new RedisHarness(cluster.ConnectionString));

[Collection(SharedCluster.Name)]
public sealed class ClusterContextTests(RedisCluster cluster) : ContextTests(new RedisHarness(cluster.ConnectionString));

[Collection(SharedCluster.Name)]
public sealed class ClusterListTests(RedisCluster cluster) : ListTests(new RedisHarness(cluster.ConnectionString));

[Collection(SharedCluster.Name)]
public sealed class ClusterOpenRunTests(RedisCluster cluster) : OpenRunTests(new RedisHarness(cluster.ConnectionString));

[Collection(SharedCluster.Name)]
public sealed class ClusterEndedRunTests(RedisCluster cluster) : EndedRunTests(new RedisHarness(cluster.ConnectionString));

[Collection(SharedCluster.Name)]
public sealed class ClusterSnapshotTests(RedisCluster cluster) : SnapshotTests(new RedisHarness(cluster.ConnectionString));

[Collection(SharedCluster.Name)]
public sealed class ClusterDeleteTests(RedisCluster cluster) : DeleteTests(new RedisHarness(cluster.ConnectionString));

[Collection(SharedCluster.Name)]
public sealed class ClusterWatchTests(RedisCluster cluster) : WatchTests(new RedisHarness(cluster.ConnectionString));

[Collection(SharedCluster.Name)]
public sealed class ClusterInboxTests(RedisCluster cluster) : InboxTests(new RedisHarness(cluster.ConnectionString));

[Collection(SharedCluster.Name)]
public sealed class ClusterMemberTests(RedisCluster cluster) : MemberTests(new RedisHarness(cluster.ConnectionString));

[Collection(SharedCluster.Name)]
public sealed class ClusterDeploymentTests(RedisCluster cluster) : DeploymentTests(new RedisHarness(cluster.ConnectionString));
