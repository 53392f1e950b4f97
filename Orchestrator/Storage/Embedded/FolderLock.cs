using System.Globalization;

namespace Orchestrator.Storage.Embedded;

/// <summary>One process per folder. The operating system lets go of the lock when the process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    public static FolderLock Take(string folder)
    {
        var ownerFile = Path.Combine(folder, "owner");
        FileStream file;
        try
        {
            file = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StoreConfigurationException(
                $"The folder '{folder}' (Store:Path) is in use by {Owner(ownerFile)}: the embedded store serves one process. "
                + "Stop that process, choose another folder, or use Redis (Store:Kind redis) for several replicas.",
                e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StoreConfigurationException($"The folder '{folder}' (Store:Path) cannot be written: {e.Message}", e);
        }

        File.WriteAllText(ownerFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new FolderLock(file);
    }

    public void Dispose() => _file.Dispose();

    private static string Owner(string ownerFile)
    {
        try
        {
            return $"the process with pid {File.ReadAllText(ownerFile).Trim()}";
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
