namespace AppHost;

/// <summary>What is decided before anything starts.</summary>
internal sealed class Setup : IDisposable
{
    private const int DefaultHttpPort = 5080;
    private const int DefaultGrpcPort = 5081;
    private readonly Arguments _arguments;
    private readonly Home? _home;

    private Setup(Arguments arguments, Home? home, StoreKind store, string storeReason)
    {
        _arguments = arguments;
        _home = home;
        Store = store;
        StoreReason = storeReason;
        HttpPort = arguments.HttpPort ?? Default(DefaultHttpPort);
        GrpcPort = arguments.GrpcPort ?? Default(DefaultGrpcPort);
        Dashboard = arguments is { Client: null, Publish: null, Dashboard: true } ? DashboardPlace.At(arguments.DashboardPort) : null;
    }

    /// <summary>The exit code, where nothing is started: 0 after help, 2 for what was refused.</summary>
    public static int Refused { get; private set; }

    /// <summary>The folders of data and logs.</summary>
    public Home Home => _home ?? throw new InvalidOperationException("What is only published has no folders.");

    /// <summary>Whether the application is written down for a cluster instead of being run.</summary>
    public bool Publishes => _arguments.Publish is not null;

    /// <summary>Where the orchestrator keeps its data.</summary>
    public StoreKind Store { get; }

    /// <summary>The store and why, for people.</summary>
    public string StoreReason { get; }

    /// <summary>The port of REST and console; null is any.</summary>
    public int? HttpPort { get; }

    /// <summary>The port of gRPC; null is any.</summary>
    public int? GrpcPort { get; }

    /// <summary>Where the dashboard is; null: there is none.</summary>
    public DashboardPlace? Dashboard { get; }

    /// <summary>The running copies of every agent.</summary>
    public int Instances => _arguments.Instances;

    /// <summary>The folder that runs may work on.</summary>
    public string Workspace => _arguments.Workspace;

    /// <summary>The command line's arguments, where a request is to be run; null to stay up.</summary>
    public string[]? Client => _arguments.Client;

    /// <summary>How the application is to run: where a request is run, the terminal is the command line's alone.</summary>
    public DistributedApplicationOptions Options => new()
    {
        Args = _arguments.Publish ?? Dashboard?.Arguments(HttpPort!.Value) ?? [],
        DisableDashboard = Dashboard is null,
        AllowUnsecuredTransport = true,
        EnableResourceLogging = Client is null,
    };

    /// <summary>Reads the arguments, takes the folders and chooses the store; says on standard error what stands against it.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <returns>The decisions; null where nothing is to be started, with <see cref="Refused"/>.</returns>
    public static async Task<Setup?> PrepareAsync(string[] args)
    {
        var arguments = Arguments.Parse(args, out var exitCode);
        Refused = exitCode;
        if (arguments is null)
            return null;
        if (arguments.Publish is not null)
            return new Setup(arguments, home: null, StoreKind.Published, "redis (in the cluster)");
        Home? home = null;
        try
        {
            home = Home.Claim(arguments.Data, besideAnother: arguments.Client is not null);
            var (store, reason) = await StoreChoice.MakeAsync(arguments.Store);
            return new Setup(arguments, home, store, reason);
        }
        catch (Exception error) when (error is SetupException or IOException or UnauthorizedAccessException)
        {
            home?.Dispose();
            await Console.Error.WriteLineAsync($"error: {error.Message}");
            Refused = 2;
            return null;
        }
    }

    public void Dispose() => _home?.Dispose();

    // A run works beside whatever else runs; what stays up is where everybody looks for it, or says why not.
    private int? Default(int port) => Client is null ? port : null;
}

/// <summary>The application cannot be started as asked.</summary>
internal sealed class SetupException(string message) : Exception(message);
