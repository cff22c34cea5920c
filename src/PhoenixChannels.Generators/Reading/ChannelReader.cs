using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using PhoenixChannels.Generators.Diagnostics;
using PhoenixChannels.Generators.Model;
using PhoenixChannels.Generators.Writing;

namespace PhoenixChannels.Generators.Reading;

/// <summary>Reads the handlers of one class. What is wrong is left out and reported.</summary>
sealed class ChannelReader(INamedTypeSymbol type, Compilation compilation, Report report, CancellationToken cancellationToken)
{
    const string Intercepts = "Intercepts";

    readonly List<HandlerModel> _handlers = [];
    readonly Dictionary<(HandlerKind, string), string> _events = [];
    readonly Dictionary<HandlerKind, bool> _isWritten = [];
    readonly List<(ITypeSymbol Type, HandlerModel Handler)> _infos = [];

    /// <param name="type">A type with handlers.</param>
    public static ChannelReading Read(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellationToken)
    {
        var complaints = new List<ComplaintModel>();
        var model = new ChannelReader(type, compilation, (descriptor, location, arguments) => complaints.Add(ComplaintModel.Create(descriptor, location, arguments)), cancellationToken).Read();
        return new(model, new(complaints));
    }

    ChannelModel? Read()
    {
        var isChannel = IsChannel();
        if (isChannel && JoinReader.IsUndecided(type)) report(Descriptors.NoJoin, type.Locations[0], type.Name);
        if (!IsPartial() || !isChannel) return null;
        foreach (var method in type.Handlers())
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var kind in method.HandlerAttributes().Select(attribute => HandlerAttribute.KindOf(attribute.AttributeClass)!.Value).Distinct()) Read(method, kind);
        }

        _handlers.AddRange(_infos.Select(info => info.Handler));
        if (_handlers.Count == 0) return null;
        var types = new Stack<string>();
        for (var outer = type; outer is not null; outer = outer.ContainingType) types.Push(Declaration(outer));
        return new(
            HintName(),
            type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted)),
            new(types), AccessibilityOf(Intercepts), new(_handlers), type.BaseChannels().Any(HasIntercepts));
    }

    /// <summary>The class's full name, and a number if it differs from others' by upper and lower case alone, which hint names do not tell apart.</summary>
    string HintName()
    {
        var name = type.FullName();
        var before = compilation.GetSymbolsWithName(other => IsSame(other, type.Name), SymbolFilter.Type, cancellationToken)
            .OfType<INamedTypeSymbol>().Select(other => other.FullName()).Count(other => IsSame(other, name) && string.CompareOrdinal(other, name) < 0);
        return before == 0 ? $"{name}.g.cs" : $"{name}.{before}.g.cs";

        static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
    }

    bool IsChannel()
    {
        if (type.TypeKind == TypeKind.Class && type.DerivesFrom(Names.Channel)) return true;
        foreach (var method in type.Handlers()) report(Descriptors.NotAChannel, method.Locations[0], method.Name, type.Name);
        return false;
    }

    bool IsPartial()
    {
        var isPartial = true;
        for (var outer = type; outer is not null; outer = outer.ContainingType)
        {
            if (outer.IsPartial(cancellationToken)) continue;
            isPartial = false;
            if (SaysWhatIsMissing(outer)) report(Descriptors.NotPartial, outer.Locations[0], type.Name, outer.Name);
        }

        return isPartial;
    }

    /// <summary>A type around several channels is reported once: by itself if it has handlers, too, otherwise by the first.</summary>
    bool SaysWhatIsMissing(INamedTypeSymbol outer) =>
        SymbolEqualityComparer.Default.Equals(outer, type) || (!outer.Handlers().Any() && SymbolEqualityComparer.Default.Equals(outer.InnerTypes().First(inner => inner.Handlers().Any()), type));

    void Read(IMethodSymbol method, HandlerKind kind)
    {
        if (IsWritten(method, kind)) return;
        var events = ReadEvents(method, kind);
        if (new HandlerReader(method, kind, report).Read(AccessibilityOf(HandlerAttribute.CallbackOf(kind)), events) is not { } handler) return;
        if (kind == HandlerKind.HandleInfo) AddInfo(method, handler);
        else if (kind is HandlerKind.HandleIn or HandlerKind.HandleOut ? events.Count > 0 : IsOnlyOne(method, kind)) _handlers.Add(handler);
    }

    bool IsOnlyOne(IMethodSymbol method, HandlerKind kind)
    {
        var first = type.Handlers().First(other => other.HandlerAttributes().Any(attribute => HandlerAttribute.KindOf(attribute.AttributeClass) == kind));
        if (SymbolEqualityComparer.Default.Equals(first, method)) return true;
        report(Descriptors.DuplicateCallback, method.Locations[0], first.Name, kind);
        return false;
    }

    List<string> ReadEvents(IMethodSymbol method, HandlerKind kind)
    {
        var events = new List<string>();
        foreach (var attribute in method.HandlerAttributes().Where(attribute => HandlerAttribute.KindOf(attribute.AttributeClass) == kind))
        {
            if (kind is not (HandlerKind.HandleIn or HandlerKind.HandleOut)) continue;
            var name = HandlerAttribute.EventOf(attribute);
            var location = attribute.ApplicationSyntaxReference is { } syntax ? Location.Create(syntax.SyntaxTree, syntax.Span) : method.Locations[0];
            if (name is null or "")
            {
                report(Descriptors.ReservedEvent, location, name is null ? "null" : "\"\"", "no name");
                continue;
            }

            var literal = SymbolDisplay.FormatLiteral(name, quote: true);
            if (kind == HandlerKind.HandleIn && name.StartsWith("phx_", StringComparison.Ordinal))
            {
                var why = name is "phx_join" or "phx_leave" ? "handled by the server and never comes to a channel" : "one of the protocol's own";
                report(Descriptors.ReservedEvent, location, literal, why);
            }

            if (_events.TryGetValue((kind, name), out var first)) report(Descriptors.DuplicateEvent, location, literal, first);
            else
            {
                _events.Add((kind, name), method.Name);
                events.Add(literal);
            }
        }

        return events;
    }

    /// <summary>Puts a handler before the first whose messages include its own; those that its own include are before that already.</summary>
    void AddInfo(IMethodSymbol method, HandlerModel handler)
    {
        var message = method.Parameters.First(parameter => handler.Arguments[parameter.Ordinal].Kind == ArgumentKind.Whole).Type.WithoutNull();
        for (var i = 0; i < _infos.Count; i++)
        {
            var conversion = compilation.ClassifyCommonConversion(message, _infos[i].Type);
            if (conversion.IsIdentity)
            {
                report(Descriptors.DuplicateMessageType, method.Locations[0], message.ToText(), _infos[i].Handler.Method, method.Name);
                return;
            }

            if (!conversion.IsImplicit || conversion.IsUserDefined || conversion.IsNumeric || !(conversion.IsReference || _infos[i].Type.IsReferenceType)) continue;
            _infos.Insert(i, (message, handler));
            return;
        }

        _infos.Add((message, handler));
    }

    /// <summary>Whether the class has the callback's method, or the intercepts, already.</summary>
    bool IsWritten(IMethodSymbol method, HandlerKind kind)
    {
        if (!_isWritten.TryGetValue(kind, out var isWritten))
        {
            var callback = HandlerAttribute.CallbackOf(kind);
            var written = type.GetMembers(callback).FirstOrDefault(member => member is IMethodSymbol own && HasSignature(own, Callback(callback)))
                ?? (kind == HandlerKind.HandleOut ? type.GetMembers(Intercepts).FirstOrDefault() : null);
            _isWritten[kind] = isWritten = written is not null;
            if (written is not null) report(Descriptors.OverrideAndAttribute, method.Locations[0], written.Name, kind);
        }

        return isWritten;
    }

    static bool HasSignature(IMethodSymbol method, ISymbol? callback) =>
        callback is IMethodSymbol { Parameters: var parameters } && !method.IsGenericMethod
        && method.Parameters.Select(parameter => parameter.Type).SequenceEqual(parameters.Select(parameter => parameter.Type), SymbolEqualityComparer.Default);

    /// <summary>The nearest member that the class inherits for a callback.</summary>
    ISymbol? Callback(string name) => type.BaseTypes().SelectMany(@base => @base.GetMembers(name)).FirstOrDefault(member => member.IsVirtual || member.IsAbstract || member.IsOverride);

    /// <summary>An override of a <c>protected internal</c> member repeats the <c>internal</c> only where that is seen.</summary>
    string AccessibilityOf(string callback) =>
        Callback(callback) is { DeclaredAccessibility: Accessibility.ProtectedOrInternal, ContainingAssembly: var assembly }
        && (SymbolEqualityComparer.Default.Equals(assembly, compilation.Assembly) || assembly.GivesAccessTo(compilation.Assembly))
            ? "protected internal"
            : "protected";

    static bool HasIntercepts(INamedTypeSymbol channel) =>
        channel.GetMembers(Intercepts).Any(member => member.IsOverride)
        || channel.Handlers().Any(method => method.HandlerAttributes().Any(attribute => HandlerAttribute.KindOf(attribute.AttributeClass) == HandlerKind.HandleOut));

    static string Declaration(INamedTypeSymbol type)
    {
        var kind = type switch
        {
            { TypeKind: TypeKind.Interface } => "interface",
            { TypeKind: TypeKind.Struct, IsRecord: true } => "record struct",
            { TypeKind: TypeKind.Struct } => "struct",
            { IsRecord: true } => "record",
            _ => "class",
        };
        var parameters = type.TypeParameters.Select(parameter => parameter.Name.ToIdentifier());
        return $"partial {kind} {type.Name.ToIdentifier()}{(type.TypeParameters.IsEmpty ? "" : $"<{string.Join(", ", parameters)}>")}";
    }
}
