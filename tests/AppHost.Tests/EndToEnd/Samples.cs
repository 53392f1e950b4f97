namespace AppHost.Tests.EndToEnd;

/// <summary>Small workspaces with known content.</summary>
internal static class Samples
{
    /// <summary>A repository with holes that every auditor should see, and the lines they are in.</summary>
    public static (string File, int Line)[] Vulnerable(string folder)
    {
        Write(folder, "src/server.js", """
            const { exec } = require('child_process');
            const express = require('express');
            const app = express();

            app.get('/ping', (req, res) => {
              exec('ping -c 1 ' + req.query.host, (err, out) => res.send(out));
            });

            app.get('/run', (req, res) => {
              res.send(String(eval(req.query.code)));
            });

            module.exports = app;
            """);
        Write(folder, "src/Store.cs", """
            using System.Data.Common;

            namespace Shop;

            public class Store
            {
                public void Find(DbCommand command, string name)
                {
                    command.CommandText = "SELECT * FROM items WHERE name = '" + name + "'";
                    command.ExecuteReader();
                }
            }
            """);
        Write(folder, "tools/load.py", """
            import pickle
            import subprocess


            def load(path, request):
                subprocess.call("gzip -d " + path, shell=True)
                return pickle.loads(request.body)
            """);
        Write(folder, "README.md", "# Shop\n\nA small shop.\n");
        return [("src/server.js", 6), ("src/server.js", 10), ("src/Store.cs", 9), ("tools/load.py", 6), ("tools/load.py", 7)];
    }

    /// <summary>Documents that answer one question and not another.</summary>
    public static void Documents(string folder)
    {
        Write(folder, "docs/install.md", """
            # Installing

            Download the archive and unpack it.

            ## Ports

            The kestrel gateway listens on port 7443 unless `gateway.port` says otherwise.
            """);
        Write(folder, "docs/backup.md", """
            # Backups

            A snapshot is written every six hours and kept for thirty days.
            """);
        for (var i = 0; i < 20; i++)
        {
            Write(folder, $"docs/notes/{i:00}.md", $"# Note {i}\n\nThis note describes the colour of widget number {i} and how it is painted.\n");
        }
    }

    private static void Write(string folder, string file, string content)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
