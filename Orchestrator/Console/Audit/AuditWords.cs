using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orchestrator.Contracts;
using Protos.V1;

namespace Orchestrator.Console.Audit;

/// <summary>Events as JSON, for those who want all of it.</summary>
internal static class AuditWords
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    /// <summary>An event with the names of the log.</summary>
    public static Value Json(RunEvent e) => Value.ForStruct(ProtoJson.ParseStruct(Formatter.Format(e)));
}
