using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Protos.V1;
using Spectre.Console;
using Transport;

namespace Cli;

/// <summary>One invocation: where it prints, whom it asks, and how it ends.</summary>
internal sealed class Session : IDisposable
{
    /// <summary>Where the server is when nothing says so.</summary>
    public const string DefaultServer = "http://localhost:5081";

    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));
    private readonly GrpcChannel _channel;
    private readonly bool _showsCertificate;

    /// <param name="key">The API key; null: none is shown.</param>
    public Session(Uri server, TransportCredentials credentials, bool json, TextWriter output, TextWriter error, string? key = null)
    {
        Server = server;
        _showsCertificate = credentials.Certificate is not null;
        Json = json;
        Output = output;
        Error = error;
        _channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = 256 * 1024 * 1024,
            HttpHandler = credentials.Secure(
                new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true, ConnectTimeout = TimeSpan.FromSeconds(5) }, server, http2: true),
            DisposeHttpClient = true,
        });
        var calls = key is null ? _channel.CreateCallInvoker() : _channel.Intercept(headers =>
        {
            headers.Add("authorization", $"Bearer {key}");
            return headers;
        });
        Client = new OrchestratorService.OrchestratorServiceClient(calls);
        Insight = new InsightService.InsightServiceClient(calls);
        Artifacts = new ArtifactService.ArtifactServiceClient(calls);
        Access = new AccessService.AccessServiceClient(calls);
    }

    public Uri Server { get; }

    public bool Json { get; }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    public OrchestratorService.OrchestratorServiceClient Client { get; }

    /// <summary>Playbooks, policy, the history of all runs.</summary>
    public InsightService.InsightServiceClient Insight { get; }

    /// <summary>Large values.</summary>
    public ArtifactService.ArtifactServiceClient Artifacts { get; }

    /// <summary>Keys.</summary>
    public AccessService.AccessServiceClient Access { get; }

    /// <summary>How JSON is written that is put together here: as the rest.</summary>
    public static JsonSerializerOptions Relaxed { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A terminal that lines can be redrawn on.</summary>
    public bool IsLive => !Json && Output == Console.Out && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    /// <summary>A terminal on which a person can be asked.</summary>
    public bool CanAsk => IsLive && !Console.IsInputRedirected;

    /// <summary>Prints a message as one line of JSON.</summary>
    public void WriteJson(IMessage message) => Output.WriteLine(ToJson(message));

    public static string ToJson(IMessage message) => s_json.Format(message);

    /// <summary>Says what went wrong and what to do about it, and gives the exit code.</summary>
    public int Explain(RpcException e)
    {
        if (e.StatusCode == StatusCode.Unavailable)
        {
            Error.WriteLine($"The server at {Server} cannot be reached: {e.Status.Detail}");
            Error.WriteLine("Start one with `dotnet run --project AppHost`, or name another with --server or AGENTS_SERVER. `agents doctor` looks closer.");
            if (Server.Scheme == Uri.UriSchemeHttps && !_showsCertificate)
            {
                Error.WriteLine("It may want a certificate: --client-certificate and --client-key name one.");
            }

            return ExitCodes.Failed;
        }

        Error.WriteLine(e.Status.Detail);
        var code = e.Trailers.GetValue("agents-failure-code");
        if (long.TryParse(e.Trailers.GetValue("retry-after-ms"), out var wait))
        {
            Error.WriteLine($"Nothing was started; try again in {Display.Words.Duration(TimeSpan.FromMilliseconds(wait))}. `agents queue` tells what waits.");
            return ExitCodes.Failed;
        }

        if (Next(code) is { } next)
        {
            Error.WriteLine(next);
        }

        return e.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.FailedPrecondition or StatusCode.AlreadyExists
            or StatusCode.ResourceExhausted
            ? ExitCodes.BadUsage
            : ExitCodes.Failed;
    }

    // What one does about it.
    private static string? Next(string? code) => code switch
    {
        "UNKNOWN_PLAYBOOK" or "NO_PLAYBOOK" => "`agents playbooks` lists those there are.",
        "UNKNOWN_RUN" => "`agents runs` lists the runs there are.",
        "UNKNOWN_TASK" or "NOT_WAITING" or "NOT_A_DECIDER" => "`agents approvals` lists what is waited for, and who may decide.",
        "RUN_ENDED" => "`agents show RUN` tells what came of it; `agents retry RUN` does again what failed.",
        "RUN_NOT_ENDED" => "`agents watch RUN` follows it to its end.",
        "UNKNOWN_ROLE" or "NO_AGENT" => "`agents agents` lists the roles that have joined.",
        "UNAUTHENTICATED" => "AGENTS_API_KEY, AGENTS_API_KEY_FILE or --key-file shows a key; `agents keys create` makes one, for whoever is an admin.",
        "PERMISSION_DENIED" => "`agents whoami` tells what your key is for.",
        "UNKNOWN_KEY" => "`agents keys` lists those there are.",
        "REQUEST_ID_USED" => "Choose another --request-id, or leave it out.",
        _ => null,
    };

    public void Dispose() => _channel.Dispose();
}
