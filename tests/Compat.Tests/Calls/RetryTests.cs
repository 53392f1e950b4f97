using Compat.Tests.Interop;
using Compat.Tests.Proto;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace Compat.Tests.Calls;

public sealed class RetryTests(InteropServer server) : IClassFixture<InteropServer>
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Retry_UnavailableTwice_SucceedsAtTheThird()
    {
        using var channel = Channel(attempts: 4);

        var reply = await new Proto.Interop.InteropClient(channel).FlakyAsync(new FlakyRequest { Key = _key, Attempts = 3 });

        reply.Value.ShouldBe(3);
    }

    [Fact]
    public async Task Retry_AttemptsUsedUp_FailsWithTheLastError()
    {
        using var channel = Channel(attempts: 2);

        var error = await Should.ThrowAsync<RpcException>(async () =>
            await new Proto.Interop.InteropClient(channel).FlakyAsync(new FlakyRequest { Key = _key, Attempts = 3 }));

        error.StatusCode.ShouldBe(StatusCode.Unavailable);
        error.Status.Detail.ShouldBe("2");
    }

    private GrpcChannel Channel(int attempts) => GrpcChannel.ForAddress(server.Url, new GrpcChannelOptions
    {
        ServiceConfig = new ServiceConfig
        {
            MethodConfigs =
            {
                new MethodConfig
                {
                    Names = { MethodName.Default },
                    RetryPolicy = new RetryPolicy
                    {
                        MaxAttempts = attempts,
                        InitialBackoff = TimeSpan.FromMilliseconds(10),
                        MaxBackoff = TimeSpan.FromMilliseconds(50),
                        BackoffMultiplier = 2,
                        RetryableStatusCodes = { StatusCode.Unavailable },
                    },
                },
            },
        },
    });
}
