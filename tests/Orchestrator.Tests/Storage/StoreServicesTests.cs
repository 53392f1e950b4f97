using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orchestrator.Storage;
using Orchestrator.Storage.Embedded;
using Orchestrator.Storage.Redis;
using Orchestrator.Tests.Storage.Redis;

namespace Orchestrator.Tests.Storage;

[Collection(SharedRedis.Name)]
public sealed class StoreServicesTests(RedisServer server) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_NothingSet_OpensTheEmbeddedStore()
    {
        using var host = Build(("Store:Path", _folder["data"]));
        await host.StartAsync();
        var store = host.Services.GetRequiredService<IRunStore>().ShouldBeOfType<MeasuredRunStore>().Inner.ShouldBeOfType<EmbeddedRunStore>();
        store.PartitionCount.ShouldBe(16);
        (await store.CheckAsync(default)).Ok.ShouldBeTrue();
        await host.StopAsync();
    }

    [Fact]
    public async Task Start_ConnectionStringSet_OpensRedis()
    {
        using var host = Build(("ConnectionStrings:redis", server.ConnectionString), ("Store:Prefix", "svc"), ("Store:Partitions", "3"));
        await host.StartAsync();
        var store = host.Services.GetRequiredService<IRunStore>().ShouldBeOfType<MeasuredRunStore>().Inner.ShouldBeOfType<RedisRunStore>();
        (await store.CheckAsync(default)).Ok.ShouldBeTrue();
        (await server.CommandAsync("HGET svc:meta partitions")).ShouldBe("$1");
        await host.StopAsync();
    }

    [Fact]
    public async Task Start_ConnectionStringSetButEmbeddedChosen_OpensTheEmbeddedStore()
    {
        using var host = Build(("ConnectionStrings:redis", server.ConnectionString), ("Store:Kind", "embedded"), ("Store:Path", _folder["data"]));
        await host.StartAsync();
        host.Services.GetRequiredService<IRunStore>().ShouldBeOfType<MeasuredRunStore>().Inner.ShouldBeOfType<EmbeddedRunStore>();
        await host.StopAsync();
    }

    [Theory]
    [InlineData("Store:Kind", "sqlite", "Store:Kind is 'sqlite'; it must be 'embedded' or 'redis'.")]
    [InlineData("Store:Kind", "redis", "ConnectionStrings:redis is not set")]
    [InlineData("Store:Path", " ", "Store:Path is empty")]
    [InlineData("Store:Partitions", "0", "Store:Partitions is 0; it must be 1 to 1024.")]
    [InlineData("Store:Prefix", "a{b}", "Store:Prefix is 'a{b}'")]
    [InlineData("Store:Deadline", "00:00:00", "Store:Deadline is 00:00:00; it must be")]
    [InlineData("Store:Pth", "x", "Store:Pth is not a setting; there are")]
    public async Task Start_BadSetting_IsRefusedAndNamesKeyValueAndRule(string key, string value, string expected)
    {
        using var host = Build((key, value));
        (await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync())).Message.ShouldContain(expected);
    }

    [Fact]
    public async Task Start_NoServerThere_FailsAfterTheTimeout()
    {
        using var host = Build(("ConnectionStrings:redis", "127.0.0.1:1,connectTimeout=200"), ("Store:OpenTimeout", "00:00:00.2"), ("Store:Deadline", "00:00:00.2"));
        await Should.ThrowAsync<StoreUnavailableException>(() => host.StartAsync());
    }

    private static IHost Build(params (string Key, string Value)[] settings)
    {
        var builder = new HostBuilder();
        builder.ConfigureHostConfiguration(c => c.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))));
        builder.ConfigureServices((context, services) => services.AddRunStore(context.Configuration));
        return builder.Build();
    }
}
