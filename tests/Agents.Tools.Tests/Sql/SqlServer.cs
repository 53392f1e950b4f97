using Npgsql;
using Tests.Shared;

namespace Agents.Tools.Tests.Sql;

/// <summary>One server for all tests of the sql tools, which run one after the other.</summary>
[CollectionDefinition(nameof(SqlServer))]
public sealed class SqlServer : IAsyncLifetime, ICollectionFixture<SqlServer>
{
    private const string Shop = """
        DROP SCHEMA public CASCADE;
        CREATE SCHEMA public;
        CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, balance numeric NOT NULL, notes json);
        CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL REFERENCES customers ON DELETE CASCADE, total numeric);
        INSERT INTO customers VALUES (1, 'Ann', 10.5, '{}'), (2, 'Bob', 20, null);
        INSERT INTO orders VALUES (10, 1, 5), (11, 1, 6), (12, 2, 7);
        """;

    private PostgresServer? _server;

    public async Task InitializeAsync() => _server = await PostgresServer.StartAsync();

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    /// <summary>For an agent's process.</summary>
    internal string[] Settings => ["--Tools:Databases:0=shop", $"--ConnectionStrings:shop={_server!.ConnectionString()}"];

    /// <summary>Tools with a database <c>shop</c>, as new: two customers, three orders that belong to them.</summary>
    internal async Task<ToolFixture> ShopAsync()
    {
        await using var connection = new NpgsqlConnection(_server!.ConnectionString() + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(Shop, connection);
        await command.ExecuteNonQueryAsync();
        return new ToolFixture(("Databases:0", "shop"), ("ConnectionStrings:shop", _server.ConnectionString()));
    }
}
