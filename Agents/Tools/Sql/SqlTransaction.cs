using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;

namespace Agents.Tools.Sql;

/// <summary>One call's connection and transaction, rolled back unless it is committed, with a time limit for each statement.</summary>
internal sealed partial class SqlTransaction : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private SqlTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) => (_connection, _transaction) = (connection, transaction);

    public static async Task<SqlTransaction> BeginAsync(SqlDatabases databases, string? database, bool readOnly, int seconds, CancellationToken cancellationToken)
    {
        var connection = await databases.OpenAsync(database, cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var begun = new SqlTransaction(connection, transaction);
            var limit = string.Create(CultureInfo.InvariantCulture, $"SET LOCAL statement_timeout = {seconds * 1000L}");
            if (readOnly)
                await begun.DoAsync("SET TRANSACTION READ ONLY", cancellationToken);
            await begun.DoAsync(limit, cancellationToken);
            return begun;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The statement's first word, lower case.</summary>
    /// <param name="sql">One statement; the server refuses more than one.</param>
    /// <param name="allowed">What it may be.</param>
    /// <exception cref="ToolException">INVALID_INPUT: it begins with something else, a comment too.</exception>
    public static string FirstWord(string sql, IReadOnlyCollection<string> allowed)
    {
        var word = FirstWordPattern().Match(sql) is { Success: true } match ? match.Groups["word"].Value.ToLowerInvariant() : "";
        return allowed.Contains(word) ? word : throw ToolException.Invalid("args.sql", sql, $"must be one statement that begins with {string.Join(", ", allowed.Select(one => one.ToUpperInvariant()))}");
    }

    /// <summary>A statement of ours.</summary>
    public NpgsqlCommand Command(string sql, params IReadOnlyList<string> values)
    {
        var command = new NpgsqlCommand(sql, _connection, _transaction) { CommandTimeout = 0, AllResultTypesAreUnknown = true };
        foreach (var value in values)
            command.Parameters.Add(Parameter(value));
        return command;
    }

    /// <summary>A statement of somebody else. A command would be taken apart at its semicolons; this is one statement or refused, by the server too.</summary>
    /// <param name="sql">May hold $1, $2, ….</param>
    /// <param name="values">For them; the server takes each as what it needs there.</param>
    public NpgsqlBatch Statement(string sql, IReadOnlyList<string> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(Parameter(value));
        return new NpgsqlBatch(_connection, _transaction) { Timeout = 0, BatchCommands = { command } };
    }

    private async Task DoAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task CommitAsync(CancellationToken cancellationToken) => _transaction.CommitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // Closing ends the transaction, whatever state it is in: the server rolls back what was not committed.
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>Does something with statements; what can go wrong with them is told to the caller.</summary>
    /// <exception cref="ToolException">It failed.</exception>
    public static async Task<T> TellAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (PostgresException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(exception);
        }
        catch (NotSupportedException)
        {
            throw MoreThanOne();
        }
        catch (NpgsqlException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ToolException(ToolException.Failed, "args.database: the connection was lost; what was not committed is rolled back by the server, and whether a commit that was under way was done is not known.");
        }
    }

    private static NpgsqlParameter Parameter(string value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Unknown };

    private static ToolException MoreThanOne() => ToolException.Invalid("args.sql", "…;…", "must be one statement");

    private static ToolException Failed(PostgresException exception) => exception.SqlState switch
    {
        "57014" => new ToolException(ToolException.TimedOut, "args.sql: it took longer than args.time_limit and was ended."),
        "42601" when exception.MessageText.Contains("multiple commands", StringComparison.Ordinal) =>
            MoreThanOne(),
        "25006" => new ToolException(ToolException.Denied, $"args.sql: {exception.MessageText} (25006); sql.query changes nothing."),
        _ => new ToolException(ToolException.Failed, $"args.sql: {exception.MessageText} (SQLSTATE {exception.SqlState}{(exception.Position > 0 ? $", at character {exception.Position}" : "")})."),
    };

    [GeneratedRegex(@"^[\s(]*(?<word>[A-Za-z]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex FirstWordPattern();
}
