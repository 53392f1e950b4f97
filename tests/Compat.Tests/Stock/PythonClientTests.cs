using Compat.Tests.Interop;

namespace Compat.Tests.Stock;

/// <summary>grpcio, from the distribution's packages.</summary>
public sealed class PythonClientTests(InteropServer server, PythonClientTests.Client client)
    : StockClientTests(server), IClassFixture<PythonClientTests.Client>
{
    private protected override Task<string> RunClientAsync(string scenario, string address, string key) =>
        client.RunAsync(scenario, address, key);

    /// <summary>The client with its protos compiled by its own tools, once for all tests.</summary>
    public sealed class Client : IAsyncLifetime
    {
        private const string Python = "/usr/bin/python3";

        private readonly string _protos = Path.Combine(AppContext.BaseDirectory, "Protos");
        private readonly string _compiled = Path.Combine(AppContext.BaseDirectory, "Stock", "Python", "compiled");

        public async Task InitializeAsync()
        {
            if (!File.Exists(Python))
                throw new InvalidOperationException($"{Python} is missing; tests/install-needs.sh installs what the tests need.");
            Directory.CreateDirectory(_compiled);
            await Tool.OutputAsync(
                Python,
                [
                    "-m", "grpc_tools.protoc", "-I" + _protos, "--python_out=" + _compiled, "--grpc_python_out=" + _compiled,
                    "interop.proto", "v1/health.proto", "v1/reflection.proto", "v1alpha/reflection.proto",
                ],
                _protos);
        }

        public Task DisposeAsync() => Task.CompletedTask;

        public Task<string> RunAsync(string scenario, string address, string key) => Tool.OutputAsync(
            Python,
            [Path.Combine(AppContext.BaseDirectory, "Stock", "Python", "client.py"), scenario, address, key],
            AppContext.BaseDirectory,
            new Dictionary<string, string?> { ["PYTHONPATH"] = _compiled, ["PYTHONDONTWRITEBYTECODE"] = "1" });
    }
}
