using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Fuzz.Tests.Engine;

/// <summary>Makes messages of any type: of the right shape, with values that nobody expects.</summary>
internal static class Messages
{
    private static readonly long[] s_odd = [0, 1, -1, 2, 7, 100, 200, 201, 1000, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];

    /// <summary>A message.</summary>
    /// <param name="random">What it is made with.</param>
    /// <param name="type">Its type.</param>
    /// <param name="words">Texts that mean something to who gets it, e.g. ids that there are.</param>
    /// <param name="depth">How deep it may still be.</param>
    public static IMessage Make(Random random, MessageDescriptor type, IReadOnlyList<string> words, int depth = 6)
    {
        if (type.FullName == Struct.Descriptor.FullName && random.Next(50) == 0)
            return Deep(random.Next(1, 120));
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (random.Next(3) > 0)
                Set(random, message, field, words, depth);
        }

        return message;
    }

    private static void Set(Random random, IMessage message, FieldDescriptor field, IReadOnlyList<string> words, int depth)
    {
        if (field.FieldType == FieldType.Message && depth == 0)
            return;
        if (field.IsMap)
        {
            var map = (System.Collections.IDictionary)field.Accessor.GetValue(message);
            for (var count = random.Next(4); count > 0; count--)
            {
                var entry = field.MessageType;
                map[Value(random, entry.FindFieldByNumber(1), words, depth)] = Value(random, entry.FindFieldByNumber(2), words, depth - 1);
            }
        }
        else if (field.IsRepeated)
        {
            var list = (System.Collections.IList)field.Accessor.GetValue(message);
            for (var count = random.Next(20) == 0 ? random.Next(300) : random.Next(4); count > 0 && (depth > 1 || count < 5); count--)
                list.Add(Value(random, field, words, depth - 1));
        }
        else
        {
            field.Accessor.SetValue(message, Value(random, field, words, depth - 1));
        }
    }

    private static object Value(Random random, FieldDescriptor field, IReadOnlyList<string> words, int depth) => field.FieldType switch
    {
        FieldType.String => Text(random, words),
        FieldType.Bytes => ByteString.CopyFrom(Bytes.Any(random, random.Next(10) == 0 ? 5000 : 40)),
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Double => random.Next(4) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => random.NextDouble(), _ => (double)Number(random) },
        FieldType.Float => random.Next(3) == 0 ? float.NaN : (float)Number(random),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => unchecked((int)Number(random)),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Number(random),
        FieldType.UInt32 or FieldType.Fixed32 => unchecked((uint)Number(random)),
        FieldType.UInt64 or FieldType.Fixed64 => unchecked((ulong)Number(random)),
        FieldType.Enum => System.Enum.ToObject(field.EnumType.ClrType, random.Next(5) == 0 ? random.Next(-5, 200) : field.EnumType.Values[random.Next(field.EnumType.Values.Count)].Number),
        // int64 with a presence of its own and the like are their values here.
        _ when field.MessageType.File.Name == "google/protobuf/wrappers.proto" => Value(random, field.MessageType.FindFieldByNumber(1), words, depth),
        _ => Make(random, field.MessageType, words, Math.Max(0, depth)),
    };

    // A lone surrogate is no text to protobuf's writer.
    private static string Text(Random random, IReadOnlyList<string> words) =>
        random.Next(3) > 0 && words.Count > 0 ? words[random.Next(words.Count)] : Texts.Word(random).Replace("\ud800", "");

    private static long Number(Random random) => random.Next(3) > 0 ? s_odd[random.Next(s_odd.Length)] : random.NextInt64();

    private static Struct Deep(int depth)
    {
        var value = Google.Protobuf.WellKnownTypes.Value.ForString("bottom");
        for (; depth > 0; depth--)
            value = depth % 2 == 0 ? Google.Protobuf.WellKnownTypes.Value.ForList(value) : Google.Protobuf.WellKnownTypes.Value.ForStruct(new Struct { Fields = { ["a"] = value } });
        return new Struct { Fields = { ["deep"] = value } };
    }
}
