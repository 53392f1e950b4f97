using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Storage.Redis;

/// <summary>A script of the folder Scripts, with the hash by which the server knows it.</summary>
internal sealed class RedisScript
{
    public static readonly RedisScript Append = Load("append");
    public static readonly RedisScript Acquire = Load("acquire");
    public static readonly RedisScript Renew = Load("renew");
    public static readonly RedisScript Snapshot = Load("snapshot");
    public static readonly RedisScript Delete = Load("delete");
    public static readonly RedisScript List = Load("list");
    public static readonly RedisScript CountOpen = Load("count_open");
    public static readonly RedisScript Open = Load("open");
    public static readonly RedisScript Info = Load("info");
    public static readonly RedisScript Upgrade = Load("upgrade");
    public static readonly RedisScript Queue = Load("queue");
    public static readonly RedisScript Depths = Load("depths");
    public static readonly RedisScript PutInbox = Load("put_inbox");
    public static readonly RedisScript AnswerInbox = Load("answer_inbox");
    public static readonly RedisScript PutMember = Load("put_member");
    public static readonly RedisScript RemoveMember = Load("remove_member");
    public static readonly RedisScript Members = Load("members");

    private RedisScript(string name, string text, byte[] hash) => (Name, Text, Hash) = (name, text, hash);

    public string Name { get; }

    public string Text { get; }

    public byte[] Hash { get; }

    [SuppressMessage("Security", "CA5350", Justification = "Redis names scripts by their SHA-1.")]
    private static RedisScript Load(string name)
    {
        var resource = $"Orchestrator.Storage.Redis.Scripts.{name}.lua";
        using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The script '{resource}' is not part of the assembly.");
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        return new RedisScript(name, text, SHA1.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
