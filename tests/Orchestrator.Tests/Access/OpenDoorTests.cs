using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Orchestrator.Tests.Access;

/// <summary>Without keys nobody but this machine may call.</summary>
public sealed class OpenDoorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agents-test-").FullName;

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://+:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://agents.example.org:0")]
    public async Task Start_AddressThatOthersReachAndNoKeys_IsRefused(string url)
    {
        await using var app = Build($"--Kestrel:Endpoints:http:Url={url}");
        var refused = await Should.ThrowAsync<OptionsValidationException>(() => app.StartAsync());
        refused.Message.ShouldContain(url);
        refused.Message.ShouldContain("Access:Mode=keys");
        refused.Message.ShouldContain("Access:Anonymous=everywhere");
    }

    // What no setting of ours says: the server's own, which the configuration does not show.
    [Fact]
    public async Task Start_AddressGivenInCode_IsRefusedWhereItIsBound()
    {
        await using var app = Build(services => services.Configure<KestrelServerOptions>(kestrel => kestrel.Listen(IPAddress.Any, 0)));
        var refused = await Should.ThrowAsync<OptionsValidationException>(() => app.StartAsync());
        refused.ToString().ShouldContain("can be reached from other machines");
    }

    [Theory]
    [InlineData("--urls=http://0.0.0.0:0")]
    [InlineData("--http_ports=0")]
    public async Task Start_AddressByTheWebHost_OpensNothing(string setting)
    {
        // Endpoints of its own, which there always are, go before these.
        await using var app = Build(setting);
        await app.StartAsync();
        app.Urls.ShouldAllBe(url => url.StartsWith("http://127.0.0.1:", StringComparison.Ordinal));
        await app.StopAsync();
    }

    [Theory]
    [InlineData("--Access:Anonymous=everywhere")]
    [InlineData("--Access:AdminKey=" + TestKeys.Admin)]
    public async Task Start_AddressThatOthersReachAndASettingThatSaysHow_Starts(string setting)
    {
        await using var app = Build("--Kestrel:Endpoints:http:Url=http://0.0.0.0:0", setting);
        await app.StartAsync();
        app.Urls.ShouldContain(url => url.StartsWith("http://0.0.0.0:", StringComparison.Ordinal));
        await app.StopAsync();
    }

    [Theory]
    [InlineData("Host", "agents.example.org", HttpStatusCode.Unauthorized)]
    [InlineData("Origin", "https://agents.example.org", HttpStatusCode.Unauthorized)]
    [InlineData("Origin", "http://localhost:3000", HttpStatusCode.OK)]
    [InlineData("Host", "localhost", HttpStatusCode.OK)]
    public async Task Call_ByAPageFromElsewhere_IsRefused(string header, string value, HttpStatusCode expected)
    {
        await using var app = Build();
        await app.StartAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{app.Urls.Last()}/api/playbooks");
        request.Headers.Add(header, value);
        using var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(expected);
        await app.StopAsync();
    }

    [Theory]
    [InlineData("--Access:Mode=closed", "'keys' or 'open'")]
    [InlineData("--Access:Anonymous=yes", "'everywhere'")]
    [InlineData("--Access:AdminKey=secret", "Access:AdminKey, or what Access:AdminKeyFile names, is no API key")]
    [InlineData("--Access:AdminKeyFile=/nowhere/key", "Access:AdminKeyFile: /nowhere/key cannot be read")]
    public async Task Start_SettingThatIsWrong_SaysWhich(string setting, string expected)
    {
        var refused = await Should.ThrowAsync<Exception>(async () =>
        {
            await using var app = Build(setting);
            await app.StartAsync();
        });
        refused.Message.ShouldContain(expected);
        refused.ToString().ShouldNotContain("=secret");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private WebApplication Build(params string[] settings) => Build(null, settings);

    private WebApplication Build(Action<IServiceCollection>? configure, params string[] settings) => OrchestratorApp.Build(
        [
            "--Kestrel:Endpoints:http:Url=http://127.0.0.1:0", "--Kestrel:Endpoints:grpc:Url=http://127.0.0.1:0", "--Logging:LogLevel:Default=None",
            $"--Store:Path={_folder}/store", $"--Artifacts:Path={_folder}/artifacts", $"--Security:KeyFile={_folder}/credential.key", .. settings,
        ], configure);
}
