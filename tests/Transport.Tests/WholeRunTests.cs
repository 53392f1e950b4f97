namespace Transport.Tests;

/// <summary>Runs over mutual TLS with real processes: command line and Python to orchestrator, orchestrator to agent and back, to Redis, and to a collector.</summary>
public sealed class WholeRunTests(SecuredSystem system) : IClassFixture<SecuredSystem>, IDisposable
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(180));

    private CancellationToken Ct => _patience.Token;

    public void Dispose() => _patience.Dispose();

    [Fact]
    public async Task Run_EveryHopByMutualTls_CompletesAndIsReported()
    {
        var (code, output) = await SubmitAsync("say", "hello");

        code.ShouldBe(0, output);
        output.ShouldContain("hello");
        await ReportedAsync("application/grpc", "invoke_workflow say");
        await ReportedAsync("application/x-protobuf", "invoke_agent echo");
    }

    [Fact]
    public async Task Run_CertificateIsRenewedMeanwhile_IsFollowedToItsEnd()
    {
        var file = Path.Combine(system.Folder, "go");
        var following = SubmitAsync("hold", file);
        while (!File.Exists(file + ".begun"))
            await Task.Delay(50, Ct);

        system.Authority.Issue("orchestrator", ["localhost", "renewed.internal"]);
        await system.SaysAsync("orchestrator", "Certificates changed; new connections use them", Ct);
        (await system.CliAsync(system.Authority.Issue("person"), system.Authority.File, Ct, "runs")).Code.ShouldBe(0);
        await File.WriteAllTextAsync(file, "", Ct);

        var (code, output) = await following;
        code.ShouldBe(0, output);
    }

    [Fact]
    public async Task Run_OfATeam_GoesByMutualTlsToo()
    {
        system.StartTeam();

        var (code, output) = await SubmitAsync("delegate", "from below");

        code.ShouldBe(0, output + system.LogOf("team"));
        output.ShouldContain("from below");
        await system.SaysAsync("team", "say", Ct);
    }

    [Theory]
    [InlineData("anything", 0, "anything")]
    [InlineData("the secret", 1, "So it is.")]
    public async Task ToolCall_IsDecidedByAnOpaBehindMutualTls(string text, int expected, string said)
    {
        var (code, output) = await SubmitAsync("look", text);

        code.ShouldBe(expected, output);
        output.ShouldContain(said);
    }

    [Fact]
    public async Task Python_WithItsCertificate_IsAnsweredAndWithoutOneIsNot()
    {
        var own = system.Authority.Issue("python");

        var (_, output) = await system.PythonAsync(Ct, system.Authority.File, own.Certificate, own.Key);
        output.ShouldStartWith("OK");
        output.ShouldContain("echo");

        (await system.PythonAsync(Ct, system.Authority.File)).Output.ShouldStartWith("UNAVAILABLE");
    }

    [Fact]
    public async Task Cli_DoesNotBelieveTheServer_SaysWhy()
    {
        var (code, output) = await system.CliAsync(system.Authority.Issue("person"), system.Stranger.File, Ct, "runs");

        code.ShouldBe(1, output);
        output.ShouldContain($"its certificate (CN=orchestrator, issued by CN=Test Authority) does not go back to an authority of --ca-file ({system.Stranger.File})");
    }

    [Fact]
    public async Task Cli_ShowsNoCertificate_IsRefusedAndToldWhatToTry()
    {
        var (code, output) = await system.CliAsync(null, system.Authority.File, Ct, "runs");

        code.ShouldBe(1, output);
        output.ShouldContain("--client-certificate");
        await system.SaysAsync("orchestrator", "it shows no certificate", Ct);
    }

    [Fact]
    public async Task Agent_OfAnotherAuthority_IsRefused()
    {
        system.StartAgent("intruder", system.Stranger);

        await system.SaysAsync("orchestrator", "its certificate (CN=intruder, issued by CN=Stranger) does not go back to an authority of Transport:Authority", Ct);
    }

    [Fact]
    public async Task Secrets_GivenByFiles_AreUsedAndNeverTold()
    {
        // The server of the model repeats the key that it was shown.
        var (code, output) = await SubmitAsync("ask", "anything");

        code.ShouldBe(1, output);
        output.ShouldContain("Models:Compatible:ApiKey is not accepted");
        output.ShouldNotContain(SecuredSystem.Mark);
        var (_, shown) = await system.CliAsync(system.Authority.Issue("person"), system.Authority.File, Ct, "runs", "--json");
        shown.ShouldNotContain(SecuredSystem.Mark);
        await ReportedAsync("application/grpc", "invoke_workflow ask");
        system.Collector.Reports.ShouldAllBe(report => report.Headers.Contains("otlp-" + SecuredSystem.Mark, StringComparison.Ordinal), "the header came from its file");
        system.Collector.Reports.ShouldAllBe(report => !report.Text.Contains(SecuredSystem.Mark, StringComparison.Ordinal), "traces, metrics and logs");
        system.Logs.Split('\n').ShouldAllBe(line => !line.Contains(SecuredSystem.Mark, StringComparison.Ordinal));
        foreach (var key in (string[])["credential.key", "audit.key"])
            system.Logs.ShouldNotContain((await File.ReadAllTextAsync(Path.Combine(system.Folder, key), Ct)).Trim());
    }

    private Task<(int Code, string Output)> SubmitAsync(string playbook, string text) => system.CliAsync(
        system.Authority.Issue("person"), system.Authority.File, Ct, "run", "do it", "--json", "--playbook", playbook, "--input", "text=" + text);

    private async Task ReportedAsync(string type, string text)
    {
        while (!system.Collector.Reports.Any(report => report.Type == type && report.Text.Contains(text, StringComparison.Ordinal)))
        {
            Ct.IsCancellationRequested.ShouldBeFalse($"{type}: {text}\n{system.Collector.Reports.Count} reports");
            await Task.Delay(50, CancellationToken.None);
        }
    }
}
