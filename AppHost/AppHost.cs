// The whole application on one page: what runs, and who knows whom.
// Arguments.cs says what the arguments mean, Setup.cs what is decided before anything starts, Session.cs what happens while it runs.
using AppHost;

using var setup = await Setup.PrepareAsync(args);
if (setup is null)
    return Setup.Refused;
var builder = DistributedApplication.CreateBuilder(setup.Options);
builder.AddLogs(setup);

// Infrastructure: redis-server on PATH, else a container, else the embedded store of the orchestrator. In a cluster: Kubernetes.cs.
builder.AddKubernetes();
IResourceBuilder<IResourceWithConnectionString>? redis = setup.Store switch
{
    StoreKind.RedisServer => builder.AddLocalRedis("redis", setup.Home.Redis),
    StoreKind.RedisContainer => builder.AddRedis("redis").WithDataVolume(),
    _ => null,
};

// The orchestrator: one address for REST, events and the console, one for gRPC.
var orchestrator = builder.AddProject<Projects.Orchestrator>("orchestrator")
    .WithEndpoint("http", e => (e.UriScheme, e.Port) = ("http", setup.HttpPort))
    .WithEndpoint("grpc", e => (e.UriScheme, e.Transport, e.Port) = ("http", "http2", setup.GrpcPort))
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health", endpointName: "http")
    .WithFreePlans()
    .WithData(setup)
    .WithService(setup)
    .OnKubernetes();
if (redis is not null)
    orchestrator.WithReference(redis).WaitFor(redis);

// The agents: they find the orchestrator by name and join it.
Agent<Projects.Agents_Planner>("planner");
Agent<Projects.Agents_Executor>("executor");
Agent<Projects.Agents_Researcher>("researcher");
Agent<Projects.Agents_Analyst>("analyst");
Agent<Projects.Agents_Developer>("developer");
Agent<Projects.Agents_Writer>("writer");
Agent<Projects.Agents_Reviewer>("reviewer");

await using var app = builder.Build();
return setup.Publishes ? await Publication.WriteAsync(app) : await new Session(app, setup).RunAsync();

void Agent<TProject>(string role)
    where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(role)
        .WithHttpEndpoint(name: "grpc")
        .AsHttp2Service()
        .WithReference(orchestrator)
        .WaitForStart(orchestrator)
        .WithReplicas(setup.Instances)
        .WithModels()
        .WithService(setup)
        .OnKubernetes(most: 5);
