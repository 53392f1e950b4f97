using System.Text;
using OpenAI.Chat;

namespace Microsoft.Extensions.AI;

/// <summary>Function calls that arrive in pieces, several at a time, told apart by their index.</summary>
internal sealed class StreamedCalls
{
    private readonly SortedDictionary<int, (string Id, string Name, StringBuilder Arguments)> _calls = [];

    public void Add(StreamingChatToolCallUpdate piece)
    {
        var (id, name, arguments) = _calls.GetValueOrDefault(piece.Index, ("", "", new StringBuilder()));
        if (piece.FunctionArgumentsUpdate is { } more)
            arguments.Append(more.ToMemory().Length == 0 ? "" : more.ToString());
        _calls[piece.Index] = (id.Length > 0 ? id : piece.ToolCallId ?? "", name.Length > 0 ? name : piece.FunctionName ?? "", arguments);
    }

    public IReadOnlyList<FunctionCallContent> Take()
    {
        FunctionCallContent[] whole = [.. _calls.Values.Select(call => FromOpenAI.Call(call.Id, call.Name, call.Arguments.ToString()))];
        _calls.Clear();
        return whole;
    }
}
