using System.Globalization;
using Compat.Tests.Interop;
using Grpc.Core;

namespace Compat.Tests.Stock;

/// <summary>What any gRPC client must see of the server, whoever wrote it.</summary>
public abstract class StockClientTests(InteropServer server) : IClassFixture<InteropServer>
{
    private static readonly string BinaryBase64 = Convert.ToBase64String([0, 254, 255]);

    private readonly string _key = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Unary_TextBytesAndHeaders_ComeBack()
    {
        var seen = await RunAsync("unary");

        seen.Status.ShouldBe("OK");
        seen.Texts.ShouldBe(["grüße"]);
        seen.Payload.ShouldBe(Convert.ToBase64String([0, 1, 255]));
        seen.Headers["x-served-by"].ShouldBe("kestrel");
        seen.Trailers["seen-x-test"].ShouldBe(_key);
        seen.Trailers["x-data-bin"].ShouldBe(BinaryBase64);
    }

    [Fact]
    public async Task ServerStreaming_ThousandMessages_ArriveInOrder()
    {
        var seen = await RunAsync("server_streaming");

        seen.Status.ShouldBe("OK");
        seen.Values.ShouldBe(Enumerable.Range(1, 1000).Select(value => (long)value));
    }

    [Fact]
    public async Task ClientStreaming_ThousandMessages_AreAllCounted() =>
        (await RunAsync("client_streaming")).Values.ShouldBe([500_500]);

    [Fact]
    public async Task Duplex_EachMessageAfterTheReplyBefore_Alternates()
    {
        var seen = await RunAsync("duplex");

        seen.Status.ShouldBe("OK");
        seen.Texts.ShouldBe(Enumerable.Range(0, 5).Select(number => $"message {number} after {number}"));
    }

    [Fact]
    public async Task Deadline_Exceeded_EndsBothSides()
    {
        var seen = await RunAsync("deadline");

        seen.Status.ShouldBe("DEADLINE_EXCEEDED");
        seen.Texts.ShouldBe(["hanging"]);
        await server.Log.CancelledAsync(_key).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Cancel_WhileStreaming_ReachesTheServer()
    {
        var seen = await RunAsync("cancelled");

        seen.Status.ShouldBe("CANCELLED");
        seen.Texts.ShouldBe(["hanging"]);
        (await server.Log.CancelledAsync(_key).WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(1);
    }

    [Fact]
    public async Task Error_WithTrailers_ArrivesWhole()
    {
        var seen = await RunAsync("error");

        seen.Status.ShouldBe("FAILED_PRECONDITION");
        seen.Detail.ShouldBe("grüße: not now");
        seen.Trailers["x-reason"].ShouldBe(_key);
        seen.Trailers["x-other"].ShouldBe("2");
        seen.Trailers["x-data-bin"].ShouldBe(BinaryBase64);
    }

    [Theory]
    [InlineData("large_request")]
    [InlineData("large_reply")]
    public async Task LargeMessage_BeyondTheLimit_IsResourceExhausted(string scenario) =>
        (await RunAsync(scenario)).Status.ShouldBe("RESOURCE_EXHAUSTED");

    [Fact]
    public async Task Gzip_CompressedRequest_IsRead()
    {
        var seen = await RunAsync("gzip");

        seen.Status.ShouldBe("OK");
        seen.Texts.ShouldBe([new string('a', 100_000)]);
        seen.Trailers["seen-grpc-encoding"].ShouldBe("gzip");
        seen.Trailers["seen-grpc-accept-encoding"].ShouldContain("gzip");
    }

    [Fact]
    public async Task Health_KnownAndUnknownServices_AreTold()
    {
        var seen = await RunAsync("health");

        seen.Texts.ShouldBe(["SERVING", "SERVING", "SERVICE_UNKNOWN"]);
        seen.Status.ShouldBe("NOT_FOUND");
        seen.Detail.ShouldContain("nobody");
    }

    [Theory]
    [InlineData("reflection_v1")]
    [InlineData("reflection_v1alpha")]
    public async Task Reflection_NothingKnownBeforehand_IsEnoughForACall(string scenario)
    {
        var seen = await RunAsync(scenario);

        seen.Texts.ShouldBe([_key]);
        seen.Files.ShouldBe(["interop.proto"]);
        seen.Services.ShouldBe(
            [
                "compat.interop.v1.Interop", "grpc.health.v1.Health",
                "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
            ],
            ignoreOrder: true);
        seen.Values.ShouldBe([1, 0, (int)StatusCode.NotFound, (int)StatusCode.NotFound, (int)StatusCode.InvalidArgument]);
        seen.Detail.ShouldBe(string.Create(CultureInfo.InvariantCulture, $"{(int)StatusCode.NotFound} h no.such.Symbol"));
    }

    private protected abstract Task<string> RunClientAsync(string scenario, string address, string key);

    private async Task<Observation> RunAsync(string scenario) =>
        Observation.Parse(await RunClientAsync(scenario, server.Address, _key));
}
