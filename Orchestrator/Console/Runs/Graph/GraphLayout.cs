namespace Orchestrator.Console.Runs.Graph;

/// <summary>Where a node is in the picture.</summary>
/// <param name="Node">The node.</param>
/// <param name="X">Its left edge.</param>
/// <param name="Y">Its upper edge.</param>
internal sealed record PlacedNode(GraphNode Node, double X, double Y);

/// <summary>A line of the picture.</summary>
/// <param name="From">A node.</param>
/// <param name="To">One that waits for it.</param>
/// <param name="Path">SVG path data.</param>
internal sealed record PlacedEdge(string From, string To, string Path);

/// <summary>A picture of a plan.</summary>
internal sealed record GraphPicture(IReadOnlyList<PlacedNode> Nodes, IReadOnlyList<PlacedEdge> Edges, double Width, double Height);

/// <summary>
/// A layered picture: each node stands to the right of all that it waits for; nodes of a layer are ordered so that few
/// lines cross, and drawn towards what they are connected with. The same nodes always give the same picture.
/// </summary>
internal static class GraphLayout
{
    private const double GapX = 54;
    private const double GapY = 16;
    private const double Margin = 12;
    private const int Sweeps = 6;

    /// <summary>For each node the length of the longest way to it.</summary>
    /// <remarks>Nodes on a circle, which plans do not have, are put into the first layer.</remarks>
    public static Dictionary<string, int> Layers(IReadOnlyList<string> nodes, IEnumerable<(string From, string To)> edges)
    {
        var layers = nodes.ToDictionary(node => node, _ => 0, StringComparer.Ordinal);
        var list = edges.ToList();
        var next = list.ToLookup(edge => edge.From, edge => edge.To, StringComparer.Ordinal);
        var open = nodes.ToDictionary(node => node, _ => 0, StringComparer.Ordinal);
        foreach (var (_, to) in list)
        {
            open[to]++;
        }

        var ready = new Queue<string>(nodes.Where(node => open[node] == 0));
        while (ready.TryDequeue(out var node))
        {
            foreach (var to in next[node])
            {
                layers[to] = Math.Max(layers[to], layers[node] + 1);
                if (--open[to] == 0)
                    ready.Enqueue(to);
            }
        }

        foreach (var node in nodes.Where(node => open[node] > 0))
        {
            layers[node] = 0;
        }

        return layers;
    }

    /// <summary>The picture.</summary>
    public static GraphPicture Of(GraphModel model)
    {
        if (model.Nodes.Count == 0)
            return new GraphPicture([], [], 0, 0);
        var layers = Layers([.. model.Nodes.Select(node => node.Id)], model.Edges);
        var places = model.Nodes.ToDictionary(node => node.Id, node => new Place(node.Size.Width, node.Size.Height), StringComparer.Ordinal);
        var routes = new List<(string From, string To, List<Place> Through)>();
        var columns = Enumerable.Range(0, layers.Values.Max() + 1).Select(_ => new List<Place>()).ToList();
        foreach (var node in model.Nodes)
        {
            columns[layers[node.Id]].Add(places[node.Id]);
        }

        // A line that passes over layers gets a place of its own in each, so that it goes round what stands there.
        foreach (var (from, to) in model.Edges.Where(edge => layers[edge.From] < layers[edge.To]))
        {
            var through = new List<Place> { places[from] };
            for (var layer = layers[from] + 1; layer < layers[to]; layer++)
            {
                var bend = new Place(0, 0);
                columns[layer].Add(bend);
                through.Add(bend);
            }

            through.Add(places[to]);
            for (var n = 1; n < through.Count; n++)
            {
                through[n - 1].After.Add(through[n]);
                through[n].Before.Add(through[n - 1]);
            }

            routes.Add((from, to, through));
        }

        Order(columns);
        Stack(columns);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var rightwards = sweep % 2 == 0;
            foreach (var column in rightwards ? columns.Skip(1) : columns.AsEnumerable().Reverse().Skip(1))
            {
                Draw(column, rightwards);
            }
        }

        return Measure(model, columns, places, routes);
    }

    // By the middle of what each is connected with, from one side and from the other.
    private static void Order(List<List<Place>> columns)
    {
        Number(columns);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var rightwards = sweep % 2 == 0;
            foreach (var column in rightwards ? columns.Skip(1) : columns.AsEnumerable().Reverse().Skip(1))
            {
                var middles = column.ToDictionary(place => place, place => (rightwards ? place.Before : place.After) is { Count: > 0 } near ? near.Average(other => other.Rank) : place.Rank);
                var ordered = column.OrderBy(place => middles[place]).ThenBy(place => place.Rank).ToList();
                column.Clear();
                column.AddRange(ordered);
                for (var n = 0; n < column.Count; n++)
                {
                    column[n].Rank = n;
                }
            }
        }
    }

    private static void Number(List<List<Place>> columns)
    {
        foreach (var column in columns)
        {
            for (var n = 0; n < column.Count; n++)
            {
                column[n].Rank = n;
            }
        }
    }

    private static void Stack(List<List<Place>> columns)
    {
        foreach (var column in columns)
        {
            var total = column.Sum(place => place.Height + GapY) - GapY;
            var y = -total / 2;
            foreach (var place in column)
            {
                place.Y = y;
                y += place.Height + GapY;
            }
        }
    }

    // Towards its neighbours on one side, keeping order and distance.
    private static void Draw(List<Place> column, bool rightwards)
    {
        var wanted = column.Select(place => (rightwards ? place.Before : place.After) is { Count: > 0 } near ? near.Average(other => other.Middle) - (place.Height / 2) : place.Y).ToArray();
        var y = wanted.ToArray();
        for (var n = 1; n < y.Length; n++)
        {
            y[n] = Math.Max(y[n], y[n - 1] + column[n - 1].Height + GapY);
        }

        // What was only pushed down goes up again as far as there is room, on the whole.
        var shift = y.Length == 0 ? 0 : y.Zip(wanted, (is_, was) => is_ - was).Average();
        for (var n = 0; n < y.Length; n++)
        {
            column[n].Y = y[n] - shift;
        }
    }

    private static GraphPicture Measure(GraphModel model, List<List<Place>> columns, Dictionary<string, Place> places, List<(string From, string To, List<Place> Through)> routes)
    {
        var top = columns.SelectMany(column => column).Min(place => place.Y);
        var x = Margin;
        foreach (var column in columns)
        {
            var width = column.Max(place => place.Width);
            foreach (var place in column)
            {
                place.Y += Margin - top;
                place.X = x;
                place.ColumnWidth = width;
            }

            x += width + GapX;
        }

        var height = columns.SelectMany(column => column).Max(place => place.Y + place.Height) + Margin;
        return new GraphPicture(
            [.. model.Nodes.Select(node => new PlacedNode(node, places[node.Id].X, places[node.Id].Y))],
            [.. routes.Select(route => new PlacedEdge(route.From, route.To, PathOf(route.Through)))],
            x - GapX + Margin, height);
    }

    private static string PathOf(List<Place> through)
    {
        var path = new System.Text.StringBuilder();
        var (x, y) = (through[0].X + through[0].Width, through[0].Middle);
        path.Append(Invariant($"M{x:0.#} {y:0.#}"));
        foreach (var place in through.Skip(1))
        {
            var (toX, toY) = (place.X, place.Middle);
            var half = (toX - x) / 2;
            path.Append(Invariant($"C{x + half:0.#} {y:0.#} {toX - half:0.#} {toY:0.#} {toX:0.#} {toY:0.#}"));
            (x, y) = (toX, toY);
            if (place.Height == 0 && place != through[^1])
            {
                x += place.ColumnWidth;
                path.Append(Invariant($"L{x:0.#} {y:0.#}"));
            }
        }

        return path.ToString();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed class Place(double width, double height)
    {
        public double Width => width;

        public double Height => height;

        public double ColumnWidth { get; set; }

        public double X { get; set; }

        public double Y { get; set; }

        public int Rank { get; set; }

        public double Middle => Y + (Height / 2);

        public List<Place> Before { get; } = [];

        public List<Place> After { get; } = [];
    }
}
