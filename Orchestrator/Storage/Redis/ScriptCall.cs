using StackExchange.Redis;

namespace Orchestrator.Storage.Redis;

/// <summary>One execution of a script: by its hash, or with its text where the server does not know it.</summary>
internal sealed class ScriptCall(RedisScript script, RedisKey[] keys, RedisValue[] values)
{
    public bool WithText { get; set; }

    public Task<RedisResult> Send(IDatabase database) =>
        WithText ? SendText(database) : database.ScriptEvaluateAsync(script.Hash, keys, values);

    private Task<RedisResult> SendText(IDatabase database)
    {
        var arguments = new object[2 + keys.Length + values.Length];
        arguments[0] = script.Text;
        arguments[1] = keys.Length;
        for (var i = 0; i < keys.Length; i++)
        {
            arguments[2 + i] = keys[i];
        }

        for (var i = 0; i < values.Length; i++)
        {
            arguments[2 + keys.Length + i] = values[i];
        }

        return database.ExecuteAsync("EVAL", arguments);
    }
}
