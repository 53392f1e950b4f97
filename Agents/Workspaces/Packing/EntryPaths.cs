using System.Security.Cryptography;
using System.Text;

namespace Agents.Workspaces.Packing;

/// <summary>
/// The paths of one archive: each is brought to one form or refused, stands there once, and is counted with the folders on the way to
/// it. Of each only a hash is kept.
/// </summary>
internal sealed class EntryPaths(PackedLimits limits)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly Dictionary<UInt128, bool> _isFolder = [];

    /// <summary>Whether a path could stand in an archive.</summary>
    public static bool IsFit(string path)
    {
        try
        {
            Check(path, path);
            return Strict.GetByteCount(path) <= PackedLimits.MaxPath;
        }
        catch (Exception exception) when (exception is InvalidDataException or EncoderFallbackException)
        {
            return false;
        }
    }

    /// <returns>The path, relative, with '/'. Empty: the root itself.</returns>
    /// <exception cref="InvalidDataException">It is not allowed, or was there before.</exception>
    public string Add(ReadOnlySpan<byte> raw, bool isFolder)
    {
        if (raw.Length > PackedLimits.MaxPath)
            throw new InvalidDataException($"it has a path of {raw.Length} bytes; at most {PackedLimits.MaxPath} are allowed.");
        string name;
        try
        {
            name = Strict.GetString(raw);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException($"entry \"{Encoding.Latin1.GetString(raw)}\" has a name that is not UTF-8.", exception);
        }

        if (name.StartsWith('/') || (name.Length > 1 && name[1] == ':' && char.IsAsciiLetter(name[0])))
            throw new InvalidDataException($"entry \"{name}\" leads out of the workspace: its path is absolute.");
        var path = string.Join('/', name.Split('/').Where(part => part is not ("" or ".")));
        Check(path, name);
        if (path.Length > 0)
            Note(path, isFolder, name);
        return path;
    }

    /// <summary>Where a link leads must be inside too.</summary>
    /// <exception cref="InvalidDataException">It leads out.</exception>
    public static void CheckLink(string path, ReadOnlySpan<byte> target)
    {
        var depth = path.Count(c => c == '/');
        var to = Encoding.UTF8.GetString(target);
        foreach (var part in to.Split('/', '\\'))
        {
            depth += part switch { ".." => -1, "" or "." => 0, _ => 1 };
            if (depth < 0 || to.StartsWith('/') || to.Contains(':'))
                throw new InvalidDataException($"entry \"{path}\" is a link that leads out of the workspace, to \"{to}\".");
        }
    }

    private static void Check(string path, string name)
    {
        foreach (var part in path.Split('/'))
        {
            if (part == "..")
                throw new InvalidDataException($"entry \"{name}\" leads out of the workspace: its path has \"..\".");
            if (part.Contains('\\') || part.Any(char.IsControl))
                throw new InvalidDataException($"entry \"{string.Concat(name.Select(c => char.IsControl(c) ? '?' : c))}\" has a backslash or a control character in its name.");
            if (Strict.GetByteCount(part) > PackedLimits.MaxName)
                throw new InvalidDataException($"entry \"{name[..40]}…\" has a name of more than {PackedLimits.MaxName} bytes.");
        }
    }

    private void Note(string path, bool isFolder, string name)
    {
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            if (!_isFolder.TryAdd(Hash(path[..slash]), true) && !_isFolder[Hash(path[..slash])])
                throw new InvalidDataException($"entry \"{name}\" lies below \"{path[..slash]}\", which is no folder.");
        }

        // A folder may be told of after what is in it; a file is there once.
        if (!_isFolder.TryAdd(Hash(path), isFolder) && !(isFolder && _isFolder[Hash(path)]))
            throw new InvalidDataException($"entry \"{name}\" is there twice.");
        if (_isFolder.Count > limits.MaxEntries)
            throw new InvalidDataException($"it has more than {limits.MaxEntries} files and folders (Workspaces:MaxEntries).");
    }

    private static UInt128 Hash(string path)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(path), hash);
        return new UInt128(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]));
    }
}
