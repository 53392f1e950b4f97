using Compat.Tests.Interop;
using Compat.Tests.Proto;
using Grpc.Core;
using Grpc.Net.Client;

namespace Compat.Tests.Calls;

public sealed class CredentialsTests(InteropServer server) : IClassFixture<InteropServer>
{
    [Fact]
    public async Task CallCredentials_OnTheChannel_AreOnEveryCall()
    {
        var seen = new List<AuthInterceptorContext>();
        using var channel = GrpcChannel.ForAddress(server.Url, new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, Bearer("token", seen)),
            UnsafeUseInsecureChannelCallCredentials = true,
        });
        var client = new Proto.Interop.InteropClient(channel);

        for (var i = 0; i < 2; i++)
        {
            using var call = client.EchoAsync(new EchoRequest());
            await call;
            call.GetTrailers().GetValue("seen-authorization").ShouldBe("Bearer token");
        }

        seen.Count.ShouldBe(2);
    }

    [Fact]
    public async Task CallCredentials_OfOneCall_AreOnThatCall()
    {
        var seen = new List<AuthInterceptorContext>();
        using var channel = Insecure();
        var client = new Proto.Interop.InteropClient(channel);

        using var with = client.EchoAsync(new EchoRequest(), new CallOptions(credentials: Bearer("one", seen)));
        await with;
        using var without = client.EchoAsync(new EchoRequest());
        await without;

        with.GetTrailers().GetValue("seen-authorization").ShouldBe("Bearer one");
        without.GetTrailers().GetValue("seen-authorization").ShouldBeNull();
        seen.Single().MethodName.ShouldBe("Echo");
        seen.Single().ServiceUrl.ShouldEndWith("/compat.interop.v1.Interop");
    }

    [Fact]
    public async Task CallCredentials_Composed_AreAllPresent()
    {
        using var channel = Insecure();
        var tenant = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("x-tenant", "local");
            return Task.CompletedTask;
        });

        using var call = new Proto.Interop.InteropClient(channel).EchoAsync(
            new EchoRequest(), new CallOptions(credentials: CallCredentials.Compose(Bearer("two", []), tenant)));
        await call;

        call.GetTrailers().GetValue("seen-authorization").ShouldBe("Bearer two");
        call.GetTrailers().GetValue("seen-x-tenant").ShouldBe("local");
    }

    [Fact]
    public void CallCredentials_OverAnOpenConnection_AreRefusedUnlessAllowed()
    {
        var credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, Bearer("token", []));

        Should.Throw<InvalidOperationException>(
            () => GrpcChannel.ForAddress(server.Url, new GrpcChannelOptions { Credentials = credentials }));
    }

    [Fact]
    public void Create_OverComposedCredentials_IsRefused()
    {
        var composed = ChannelCredentials.Create(ChannelCredentials.SecureSsl, Bearer("token", []));

        Should.Throw<ArgumentException>(() => ChannelCredentials.Create(composed, Bearer("again", [])));
    }

    [Fact]
    public void Compose_One_IsRefused() =>
        Should.Throw<ArgumentException>(() => CallCredentials.Compose(Bearer("token", [])));

    private GrpcChannel Insecure() => GrpcChannel.ForAddress(
        server.Url,
        new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure, UnsafeUseInsecureChannelCallCredentials = true });

    private static CallCredentials Bearer(string token, List<AuthInterceptorContext> seen) =>
        CallCredentials.FromInterceptor((context, metadata) =>
        {
            seen.Add(context);
            metadata.Add("authorization", "Bearer " + token);
            return Task.CompletedTask;
        });
}
