using System.Buffers;
using System.Text;
using Orchestrator.Api.Rest;
using Protos.V1;

namespace Orchestrator.Api.Hub;

/// <summary>Events of a run that go together: a JSON array, made once and sent to all.</summary>
internal sealed class Frame
{
    private readonly JsonText _whole;
    private readonly int[] _starts;

    private Frame(long first, JsonText whole, int[] starts) => (First, _whole, _starts) = (first, whole, starts);

    /// <summary>Version of its first event.</summary>
    public long First { get; }

    /// <summary>Version of its last event.</summary>
    public long Last => First + _starts.Length - 1;

    public int Bytes => _whole.Utf8.Length;

    /// <summary>Of events without a gap; at least one.</summary>
    public static Frame Of(IReadOnlyList<RunEvent> events)
    {
        var text = new ArrayBufferWriter<byte>(512 * events.Count);
        var starts = new int[events.Count];
        for (var i = 0; i < starts.Length; i++)
        {
            Append(text, i == 0 ? "[" : ",");
            starts[i] = text.WrittenCount;
            Append(text, ProtoBody.ToJson(events[i]));
        }

        Append(text, "]");
        return new Frame(events[0].Version, new JsonText(text.WrittenMemory), starts);
    }

    /// <summary>Its events after a version before the last.</summary>
    public JsonText After(long version)
    {
        if (version < First)
        {
            return _whole;
        }

        var rest = _whole.Utf8[(_starts[version - First + 1] - 1)..].ToArray();
        rest[0] = (byte)'[';
        return new JsonText(rest);
    }

    private static void Append(ArrayBufferWriter<byte> to, string text) => Encoding.UTF8.GetBytes(text, to);
}
