using System.Text;

namespace Fuzz.Tests.Engine;

/// <summary>One input: made of a seed and a number alone, so that it can be made again.</summary>
internal sealed class FuzzInput(int seed, int number)
{
    /// <summary>What it is made with.</summary>
    public Random Random { get; } = new(HashCode(seed, number));

    /// <summary>Which one it is, from 0.</summary>
    public int Number { get; } = number;

    /// <summary>What was sent, for whoever looks at a failure.</summary>
    public byte[] Sent { get; private set; } = [];

    /// <summary>To whom it was sent.</summary>
    public string To { get; private set; } = "";

    /// <summary>Notes what is about to be sent.</summary>
    public byte[] Note(string to, byte[] bytes)
    {
        (To, Sent) = (to, bytes);
        return bytes;
    }

    /// <inheritdoc cref="Note(string, byte[])"/>
    public string Note(string to, string text)
    {
        Note(to, Encoding.UTF8.GetBytes(text));
        return text;
    }

    // The same in every process, other than that of the framework.
    private static int HashCode(int seed, int number) => unchecked((seed * 486_187_739) ^ (number * 16_777_619));
}
