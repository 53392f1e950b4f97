// What every page has. A page works without all of it, but for what changes by itself.
import { startTheme } from './toggle.js';
import { startTimes } from './times.js';
import { startLive } from './live.js';
import { startForms } from './forms.js';
import { startGraphs } from './graph.js';

startTheme();
startTimes();
startForms();
startGraphs();
startLive();
