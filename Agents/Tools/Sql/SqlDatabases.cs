using Agents.Hosting;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Agents.Tools.Sql;

/// <summary>
/// The PostgreSQL databases that the sql tools may use, by name: <c>Tools:Databases:0=shop</c>, and its connection string in
/// <c>ConnectionStrings:shop</c>. A connection string is never told: not in errors, not in events.
/// </summary>
internal sealed class SqlDatabases
{
    private readonly SortedDictionary<string, string> _strings = new(StringComparer.Ordinal);

    public SqlDatabases(IConfiguration configuration)
    {
        foreach (var listed in configuration.GetSection("Tools:Databases").GetChildren())
        {
            var name = (listed.Value ?? "").Trim();
            if (configuration.GetConnectionString(name) is not { Length: > 0 } text || name.Length == 0)
                throw new AgentDefinitionException($"Setting {listed.Path} is \"{name}\"; it must be the name of a connection string, and ConnectionStrings:{name} is not set.");
            try
            {
                // One connection for one call: nothing of it is left for the next.
                _strings[name] = new NpgsqlConnectionStringBuilder(text) { Pooling = false, ApplicationName = "agents", Enlist = false }.ConnectionString;
            }
            catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
            {
                throw new AgentDefinitionException($"Setting ConnectionStrings:{name} is no connection string of PostgreSQL (Host=…;Username=…;Database=…); its value is not shown.");
            }
        }
    }

    /// <summary>Connects.</summary>
    /// <param name="name">As configured. Null: the only one that there is.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ToolException">There is none of that name, or it cannot be reached.</exception>
    public async Task<NpgsqlConnection> OpenAsync(string? name, CancellationToken cancellationToken)
    {
        if (_strings.Count == 0)
            throw ToolException.Invalid("args.database", name, "is not configured: Tools:Databases names none");
        name = name is { Length: > 0 } ? name : _strings.Count == 1 ? _strings.First().Key : throw ToolException.Invalid("args.database", "", $"must be one of {string.Join(", ", _strings.Keys)}");
        if (!_strings.TryGetValue(name, out var text))
            throw ToolException.Invalid("args.database", name, $"is not configured; Tools:Databases names {string.Join(", ", _strings.Keys)}");

        var connection = new NpgsqlConnection(text);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (Exception exception) when (exception is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
        {
            await connection.DisposeAsync();
            throw new ToolException(ToolException.Failed, $"args.database: '{name}' cannot be reached: {Reason(exception)}.");
        }
    }

    // The messages name host, port and user.
    private static string Reason(Exception exception) => exception switch
    {
        PostgresException { SqlState: var state } => state switch
        {
            "28P01" or "28000" => "the login was refused",
            "3D000" => "there is no database of that name at the server",
            _ => $"the server answered SQLSTATE {state}",
        },
        { InnerException: System.Net.Sockets.SocketException socket } => $"{socket.SocketErrorCode}",
        System.Net.Sockets.SocketException socket => $"{socket.SocketErrorCode}",
        { InnerException: TimeoutException } or TimeoutException => "it did not answer in time",
        _ => "the connection failed",
    };
}
