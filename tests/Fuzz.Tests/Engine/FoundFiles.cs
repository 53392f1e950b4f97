namespace Fuzz.Tests.Engine;

/// <summary>Inputs that found something once: files of the folder Found, whose names begin with their target.</summary>
internal static class FoundFiles
{
    /// <summary>Those of a target, as rows of a theory: the name of the file.</summary>
    public static TheoryData<string> Of(string target)
    {
        var names = new TheoryData<string>();
        foreach (var path in Directory.EnumerateFiles(Folder, $"{target}-*.bin").Order(StringComparer.Ordinal))
            names.Add(Path.GetFileName(path));
        return names;
    }

    /// <summary>What a file holds.</summary>
    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Found");
}
