using Compat.Tests.Interop;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Compat.Tests.Services;

public sealed class HealthTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Check_CheckTurnsUnhealthy_IsNotServingForItsServicesOnly()
    {
        await using var server = await ServerWithTwoServicesAsync();
        using var channel = GrpcChannel.ForAddress(server.Url);
        var client = new Health.HealthClient(channel);

        server.Health.Unhealthy = true;

        (await client.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(ServingStatus.NotServing);
        (await client.CheckAsync(new HealthCheckRequest { Service = "interop" })).Status.ShouldBe(ServingStatus.NotServing);
        (await client.CheckAsync(new HealthCheckRequest { Service = "other" })).Status.ShouldBe(ServingStatus.Serving);
    }

    [Fact]
    public async Task Watch_CheckTurnsBackAndForth_TellsEachChange()
    {
        await using var server = await ServerWithTwoServicesAsync();
        using var channel = GrpcChannel.ForAddress(server.Url);
        using var watch = new Health.HealthClient(channel).Watch(new HealthCheckRequest { Service = "interop" });

        (await NextAsync(watch)).ShouldBe(ServingStatus.Serving);
        server.Health.Unhealthy = true;
        (await NextAsync(watch)).ShouldBe(ServingStatus.NotServing);
        server.Health.Unhealthy = false;
        (await NextAsync(watch)).ShouldBe(ServingStatus.Serving);
    }

    [Fact]
    public async Task Watch_ServerStops_EndsWithNotServing()
    {
        await using var server = await ServerWithTwoServicesAsync();
        using var channel = GrpcChannel.ForAddress(server.Url);
        using var watch = new Health.HealthClient(channel).Watch(new HealthCheckRequest());
        (await NextAsync(watch)).ShouldBe(ServingStatus.Serving);

        var stopping = server.App.StopAsync();

        (await NextAsync(watch)).ShouldBe(ServingStatus.NotServing);
        (await watch.ResponseStream.MoveNext()).ShouldBeFalse();
        await stopping.WaitAsync(Patience);
    }

    [Fact]
    public async Task Check_FromTheCache_AnswersWhatWasPublished()
    {
        await using var server = await InteropServer.StartAsync(services => services
            .AddGrpcHealthChecks(health => health.UseHealthChecksCache = true)
            .Services.Configure<HealthCheckPublisherOptions>(publishing => publishing.Delay = TimeSpan.FromDays(1)));
        using var channel = GrpcChannel.ForAddress(server.Url);
        var client = new Health.HealthClient(channel);
        (await client.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(ServingStatus.NotServing, "nothing is published yet");

        var report = await server.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        foreach (var publisher in server.App.Services.GetServices<IHealthCheckPublisher>())
            await publisher.PublishAsync(report, CancellationToken.None);

        (await client.CheckAsync(new HealthCheckRequest())).Status.ShouldBe(ServingStatus.Serving);
    }

    [Fact]
    public void Map_WithoutAdd_SaysWhatIsMissing()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddGrpc();
        using var app = (IDisposable)builder.Build();

        Should.Throw<InvalidOperationException>(() => ((WebApplication)app).MapGrpcHealthChecksService())
            .Message.ShouldContain("AddGrpcHealthChecks");
        Should.Throw<InvalidOperationException>(() => ((WebApplication)app).MapGrpcReflectionService())
            .Message.ShouldContain("AddGrpcReflection");
    }

    private static Task<InteropServer> ServerWithTwoServicesAsync() => InteropServer.StartAsync(services => services
        .AddGrpcHealthChecks(health => health.Services.Map("other", check => check.Name == "other"))
        .AddCheck("other", () => HealthCheckResult.Degraded()));

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        (await watch.ResponseStream.MoveNext().WaitAsync(Patience)).ShouldBeTrue();
        return watch.ResponseStream.Current.Status;
    }
}
