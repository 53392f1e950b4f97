using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Tests.Limits;

/// <summary>What the server takes from anybody, before it looks at what is asked.</summary>
public sealed class ServerLimitTests
{
    [Fact]
    public async Task Request_LargerThanAllowed_IsRefused()
    {
        await using var system = await LimitedSystem.StartAsync(
            "--Limits:HeaderBytes=2048", "--Limits:HeaderCount=20", "--Limits:RequestLineBytes=600", "--Limits:BodyBytes=5000", "--Limits:HeaderSeconds=0.5");
        const string Get = "GET /api/runs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

        (await system.SendRawAsync($"{Get}\r\n")).ShouldStartWith("HTTP/1.1 200");
        (await system.SendRawAsync($"{Get}X-Large: {new string('x', 3000)}\r\n\r\n")).ShouldStartWith("HTTP/1.1 431");
        (await system.SendRawAsync($"{Get}{string.Concat(Enumerable.Range(0, 30).Select(i => $"X-{i}: 1\r\n"))}\r\n")).ShouldStartWith("HTTP/1.1 431");
        (await system.SendRawAsync($"GET /api/runs?playbook={new string('x', 1000)} HTTP/1.1\r\nHost: localhost\r\n\r\n")).ShouldStartWith("HTTP/1.1 414");
        (await system.SendRawAsync("GET /api/runs HTTP/1.1\r\nHost: localh")).ShouldStartWith("HTTP/1.1 408");
        var large = await system.Http.PostAsync("/api/runs", new StringContent(new string(' ', 6000), Encoding.UTF8, "application/json"));
        large.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await large.Content.ReadAsStringAsync()).ShouldContain("5000");
    }

    [Fact]
    public async Task Body_SlowerThanAllowed_IsCutOff()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:BytesPerSecond=1000");

        // A byte of a hundred; without the limit the server would wait for the rest for as long as the test does.
        (await system.SendRawAsync("POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")).ShouldStartWith("HTTP/1.1 408");
    }

    [Fact]
    public async Task Connection_WithoutAnotherRequest_IsClosed()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:KeepAliveSeconds=1");

        // Nobody asks for the end of the connection, and by default it would outlast the test.
        (await system.SendRawAsync("GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n")).ShouldStartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task Connection_OneTooMany_IsClosedAtOnce()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:Connections=2");
        using var first = new TcpClient();
        using var second = new TcpClient();
        await first.ConnectAsync("127.0.0.1", system.Port);
        await second.ConnectAsync("127.0.0.1", system.Port);
        (await AnswersAsync(first)).ShouldBeTrue();
        (await AnswersAsync(second)).ShouldBeTrue();

        using var third = new TcpClient();
        await third.ConnectAsync("127.0.0.1", system.Port);
        (await AnswersAsync(third)).ShouldBeFalse();
        (await AnswersAsync(first)).ShouldBeTrue();
    }

    [Fact]
    public async Task Streams_OfAConnection_AreAsTheSettingSays()
    {
        await using var system = await LimitedSystem.StartAsync("--Limits:StreamsPerConnection=7");
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(system.System.GrpcUrl).Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"));

        // The server's first frame: SETTINGS, with pairs of a 16-bit name and a 32-bit value; 3 is MAX_CONCURRENT_STREAMS.
        var header = new byte[9];
        await stream.ReadExactlyAsync(header);
        header[3].ShouldBe((byte)4);
        var settings = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
        await stream.ReadExactlyAsync(settings);
        settings.Chunk(6).ToDictionary(pair => BinaryPrimitives.ReadUInt16BigEndian(pair), pair => BinaryPrimitives.ReadUInt32BigEndian(pair.AsSpan(2)))[3].ShouldBe(7u);
    }

    [Theory]
    [InlineData("--Limits:Connections=0", "Connections")]
    [InlineData("--Limits:CallBurst=0", "CallBurst")]
    [InlineData("--Limits:BytesPerSecond=-1", "BytesPerSecond")]
    [InlineData("--Limits:Tenants:acme:Schedules=-1", "Limits:Tenants:acme:Schedules is -1; it must be at least 0")]
    [InlineData("--Limits:Tenants:acme:Runs=-1", "Limits:Tenants:acme:Runs is -1; it must be at least 0")]
    public async Task Setting_OutOfRange_EndsTheStart(string setting, string word) =>
        (await Should.ThrowAsync<Exception>(() => LimitedSystem.StartAsync(setting))).ToString().ShouldContain(word);

    private static async Task<bool> AnswersAsync(TcpClient client)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync("GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), late.Token);
            var buffer = new byte[4096];
            return await stream.ReadAsync(buffer, late.Token) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
