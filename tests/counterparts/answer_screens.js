// Answers requests of Africa's Talking with ussd-menu-builder: one {request, screen, ends} a line of standard input.
const { createInterface } = require('node:readline');
const UssdMenu = require('ussd-menu-builder');

// A menu whose links are what this session typed so far; its last state shows the screen.
function menuFor({ request, screen, ends }) {
  const menu = new UssdMenu();
  const typed = request.text === '' ? [] : request.text.split('*');
  typed.concat(null).forEach((input, place) => {
    const state = {
      run: () => (ends ? menu.end(screen) : menu.con(screen)),
      next: input === null ? {} : { [input]: `after ${place}` },
    };
    if (place === 0) menu.startState({ ...state, next: input === null ? { '': 'first' } : state.next });
    else menu.state(`after ${place - 1}`, state);
  });
  menu.state('first', { run: () => (ends ? menu.end(screen) : menu.con(screen)) });
  return menu;
}

const answered = [];
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const row = JSON.parse(line);
    const menu = menuFor(row);
    answered.push(menu.run(row.request).then((answer) => ({ answer, typed: menu.val })));
  })
  .on('close', async () => {
    for (const row of await Promise.all(answered)) process.stdout.write(JSON.stringify(row) + '\n');
  });
