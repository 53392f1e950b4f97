using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Compat.Tests.Interop;
using Compat.Tests.Proto;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Compat.Tests.Calls;

public sealed class TlsTests : IAsyncLifetime
{
    private readonly X509Certificate2 _certificate = SelfSigned();
    private WebApplication? _app;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate)));
        builder.Services.AddSingleton<CallLog>();
        builder.Services.AddGrpc();
        _app = builder.Build();
        _app.MapGrpcService<InteropService>();
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        _certificate.Dispose();
    }

    [Fact]
    public async Task Echo_TrustedCertificate_CarriesCallCredentials()
    {
        using var channel = Channel(trusted: _certificate.Thumbprint);

        using var call = new Proto.Interop.InteropClient(channel).EchoAsync(new EchoRequest { Text = "over TLS" });

        (await call).Text.ShouldBe("over TLS");
        call.GetTrailers().GetValue("seen-authorization").ShouldBe("Bearer token");
    }

    [Fact]
    public async Task Echo_OtherCertificate_IsRefused()
    {
        using var channel = Channel(trusted: "another");

        var error = await Should.ThrowAsync<RpcException>(
            async () => await new Proto.Interop.InteropClient(channel).EchoAsync(new EchoRequest()));

        error.StatusCode.ShouldBe(StatusCode.Internal);
        error.Status.DebugException!.ToString().ShouldContain("AuthenticationException");
    }

    private GrpcChannel Channel(string trusted) => GrpcChannel.ForAddress(
        _app!.Urls.Single(),
        new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == trusted },
            },
            DisposeHttpClient = true,
            Credentials = ChannelCredentials.Create(new SslCredentials(), CallCredentials.FromInterceptor((_, metadata) =>
            {
                metadata.Add("authorization", "Bearer token");
                return Task.CompletedTask;
            })),
        });

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
