using Compat.Tests.Interop;

namespace Compat.Tests.Stock;

/// <summary>@grpc/grpc-js, with the protos of the official health and reflection packages.</summary>
public sealed class NodeClientTests(InteropServer server, NodeClientTests.Client client)
    : StockClientTests(server), IClassFixture<NodeClientTests.Client>
{
    private protected override Task<string> RunClientAsync(string scenario, string address, string key) =>
        client.RunAsync(scenario, address, key);

    /// <summary>The client with its packages, installed beside it if they are not there yet.</summary>
    public sealed class Client : IAsyncLifetime
    {
        private readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Stock", "Node");

        public async Task InitializeAsync()
        {
            var installed = Path.Combine(_folder, "node_modules", ".installed-for");
            var wanted = await File.ReadAllTextAsync(Path.Combine(_folder, "package.json"));
            if (File.Exists(installed) && await File.ReadAllTextAsync(installed) == wanted)
                return;
            await Tool.OutputAsync(
                "npm", ["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"], _folder);
            await File.WriteAllTextAsync(installed, wanted);
        }

        public Task DisposeAsync() => Task.CompletedTask;

        public Task<string> RunAsync(string scenario, string address, string key) => Tool.OutputAsync(
            "node",
            [Path.Combine(_folder, "client.mjs"), scenario, address, key, Path.Combine(AppContext.BaseDirectory, "Protos", "interop.proto")],
            _folder);
    }
}
